import assert from 'node:assert/strict';
import test from 'node:test';
import {
  markNumbers,
  mayBeDocument,
  tableOfDocument as tableOf,
  unmarkNumbers,
} from '../../../datasets/json-table.js';

/** The table of a document, as the file of its JSON gives it. */
const tableOfDocument = (document: unknown): ReturnType<typeof tableOf> => {
  const table = tableOf(JSON.parse(markNumbers(JSON.stringify(document))));
  const rows = JSON.parse(unmarkNumbers(JSON.stringify(table?.rows))) as NonNullable<typeof table>['rows'];
  return table && { ...table, rows };
};

test('only a file that is one object is read as a whole, as the beginning shows', () => {
  const rows = [{ a: 1, b: 'x' }];
  const table = { a: [1], b: ['x'] };
  for (const text of [
    JSON.stringify(table),
    `\uFEFF ${JSON.stringify(table, null, 2)}\n`,
    `${JSON.stringify(table)}\n\n`,
  ]) {
    assert.ok(mayBeDocument(Buffer.from(text)), text);
    assert.deepEqual(tableOfDocument(JSON.parse(text.replace('\uFEFF', ''))), { rows, notes: [] });
    // A beginning that ends inside the first line, or inside a letter, shows nothing.
    assert.ok(mayBeDocument(Buffer.from(`${text.trimEnd().slice(0, -1)}, "ü": 1`).subarray(0, -5)));
  }
  const line = JSON.stringify(rows[0]);
  for (const text of [
    `${line}\n${line}\n`,
    `${line}\n{"a": 2, "b`,
    JSON.stringify(rows),
    `\uFEFF\n[\n${line}`,
    'a,b\n1,x\n',
  ])
    assert.ok(!mayBeDocument(Buffer.from(text)), text);
});

test('names of rows are left out, and noted unless they are numbers from 0 on', () => {
  // What df.to_json() writes for a frame with the index s1, s2, by columns, and orient='split'.
  const named = [
    { resolution: { s1: 480, s2: 720 }, x: { s1: 1, s2: 2 } },
    {
      columns: ['resolution', 'x'],
      index: ['s1', 's2'],
      data: [
        [480, 1],
        [720, 2],
      ],
    },
  ];
  const rows = [
    { resolution: 480, x: 1 },
    { resolution: 720, x: 2 },
  ];
  const note = (count: number, name: string): string =>
    `the names of the ${count} rows of the JSON table were dropped, such as ${name}; df.reset_index() makes them a column`;
  for (const document of named)
    assert.deepEqual(tableOfDocument(document), { rows, notes: [note(2, '"s1"')] });
  // The rows that a filter left, orient='index'.
  assert.deepEqual(tableOfDocument({ 0: { x: 1 }, 7: { x: 2 } })?.notes, [note(2, '"7"')]);
  assert.deepEqual(tableOfDocument({ 0: { x: 1 }, 1: { x: 2 } })?.notes, []);
});

test('rows and columns are in the order of the file, also if their names are numbers', () => {
  const lines = (text: string): string[] =>
    (tableOf(JSON.parse(markNumbers(text)))?.rows ?? []).map((row) => unmarkNumbers(JSON.stringify(row)));
  // What df.sort_values('x').to_json() writes, by columns, by index and orient='split'; a cell has an object of its own.
  for (const text of [
    '{"x":{"2":1,"0":2,"10":3},"7":{"2":"a","0":"b","10":{"9":0,"1":"\\"2\\":3"}}}',
    '{"2":{"x":1,"7":"a"},"0":{"x":2,"7":"b"},"10":{"x":3,"7":{"9":0,"1":"\\"2\\":3"}}}',
    '{"columns":["x",7],"index":[2,0,10],"data":[[1,"a"],[2,"b"],[3,{"9":0,"1":"\\"2\\":3"}]]}',
    '{ "x" : [1, 2, 3], "\\u0037" : ["a", "b", {"9": 0, "1": "\\"2\\":3"}] }',
  ])
    assert.deepEqual(
      lines(text),
      ['{"x":1,"7":"a"}', '{"x":2,"7":"b"}', '{"x":3,"7":{"9":0,"1":"\\"2\\":3"}}'],
      text,
    );
  assert.deepEqual(tableOfDocument({ x: { 0: 1, 1: 2 } })?.notes, []);
  const shuffled = tableOf(JSON.parse(markNumbers('{"x":{"1":1,"0":2}}')));
  assert.match(shuffled?.notes[0] ?? '', /names of the 2 rows .* such as "1"/);
  // Names that look like marked ones stay as they are.
  assert.deepEqual(lines('{"#1":["a"],"1":["b"],"##1":["c"]}'), ['{"#1":"a","1":"b","##1":"c"}']);
  // A text without an end takes as long as one with an end.
  const endless = `{"1": "${'\\"'.repeat(200_000)}`;
  assert.equal(markNumbers(endless), endless.replace('"1"', '"#1"'));
  assert.throws(() => tableOfDocument({ columns: ['a', 'a'], data: [[1, 2]] }), /two columns .* named a/);
});
