import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fittedTable } from '../../../cli/plain-table.js';

const columns = [
  { head: 'run' },
  { head: 'source', least: 8, keepsEnd: true, goes: 2 },
  { head: 'state', goes: 1 },
  { head: 'note', least: 6 },
];
const rows = [
  ['one', '/data/captures/monday', 'failed', 'the disk is full'],
  ['two', '/data', 'completed', ''],
];
const fitted = (width: number): string[] => fittedTable(columns, rows, width).trimEnd().split('\n');

describe('a table that fits a terminal', () => {
  it('is whole if there is room: 3 + 21 + 9 + 16 characters, a space on both sides of each, 5 lines', () => {
    const [head, , , one, ...rest] = fitted(62);
    assert.equal(head?.length, 62);
    assert.equal(one, '│ one │ /data/captures/monday │ failed    │ the disk is full │');
    assert.equal(rest.length, 2);
  });

  it('has shorter texts where there is less, of paths the end, and says so', () => {
    const lines = fitted(50);
    // 25 characters for both texts: 8 and 6 at least, then one each in turn.
    assert.equal(lines[0]?.length, 50);
    assert.equal(lines[3], '│ one │ …ptures/monday │ failed    │ the disk i… │');
    assert.equal(lines.at(-1), 'not shown in 50 columns: the ends of long texts; --json has all');
  });

  it('loses columns in their order where texts would say nothing, and names them', () => {
    // 3 + 8 + 9 + 6 and 13 around them do not fit; without the source, 13 characters are left for the note.
    const lines = fitted(35);
    assert.equal(lines[3], '│ one │ failed    │ the disk is … │');
    assert.equal(lines.at(-1), 'not shown in 35 columns: the ends of long texts, source; --json has all');
    assert.ok(lines.slice(0, -1).every((line) => line.length === 35));
    assert.equal(fitted(20)[3], '│ one │ the disk … │');
  });
});
