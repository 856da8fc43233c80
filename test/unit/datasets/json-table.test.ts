import assert from 'node:assert/strict';
import test from 'node:test';
import { mayBeDocument, tableOfDocument } from '../../../datasets/json-table.js';

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
