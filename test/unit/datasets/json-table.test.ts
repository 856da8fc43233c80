import assert from 'node:assert/strict';
import test from 'node:test';
import { mayBeDocument, rowsOfDocument } from '../../../datasets/json-table.js';

test('only a file that is one object is read as a whole, as the beginning shows', () => {
  const rows = [{ a: 1, b: 'x' }];
  const table = { a: [1], b: ['x'] };
  for (const text of [
    JSON.stringify(table),
    `\uFEFF ${JSON.stringify(table, null, 2)}\n`,
    `${JSON.stringify(table)}\n\n`,
  ]) {
    assert.ok(mayBeDocument(Buffer.from(text)), text);
    assert.deepEqual(rowsOfDocument(JSON.parse(text.replace('\uFEFF', ''))), rows);
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
