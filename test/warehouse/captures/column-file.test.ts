import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, truncateSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import {
  ColumnFileWriter,
  readColumnFile,
  type ColumnBatch,
} from '../../../warehouse/captures/column-file.js';

const TYPES = { time: 'int64', ratio: 'float64', id: 'uint32', port: 'uint16', flag: 'uint8' } as const;

async function withFile(work: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-columns-'));
  try {
    await work(join(folder, 'rows.columns'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows with values that depend on their place; arrays are reused for the next batch, as the decoder does. */
function writeBatches(path: string, sizes: readonly number[]): void {
  const writer = new ColumnFileWriter(path, TYPES);
  const time = new BigInt64Array(100);
  const ratio = new Float64Array(100);
  const id = new Uint32Array(100);
  const port = new Uint16Array(100);
  const flag = new Uint8Array(100);
  let first = 0;
  for (const rows of sizes) {
    for (let row = 0; row < rows; row++) {
      time[row] = -BigInt(first + row) * 2n ** 40n;
      ratio[row] = (first + row) / 7;
      id[row] = 0xffff_ffff - first - row;
      port[row] = first + row;
      flag[row] = (first + row) & 1;
    }
    writer.write({
      rows,
      time: time.subarray(0, rows),
      ratio: ratio.subarray(0, rows),
      id: id.subarray(0, rows),
      port: port.subarray(0, rows),
      flag: flag.subarray(0, rows),
    });
    first += rows;
  }
  writer.close();
}

async function readRows(path: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for await (const { rows: count, columns } of readColumnFile(path, TYPES)) {
    for (let row = 0; row < count; row++) rows.push(Object.values(columns).map((column) => column[row]));
  }
  return rows;
}

it('returns every row of every batch, whatever their sizes', async () => {
  await withFile(async (path) => {
    writeBatches(path, [3, 100, 1, 0, 50]);
    const expected = Array.from({ length: 154 }, (_, row) => [
      -BigInt(row) * 2n ** 40n,
      row / 7,
      0xffff_ffff - row,
      row,
      row & 1,
    ]);
    assert.deepEqual(await readRows(path), expected);
  });
});

it('writes columns one after the other, each at a multiple of eight bytes', async () => {
  await withFile((path) => {
    writeBatches(path, [3]);
    const content = readFileSync(path);
    const body = content.indexOf('\n') + 1;
    assert.equal(body % 8, 0);
    // 8 for the row count; 24 + 24 for the 8-byte columns; 12, 6 and 3 bytes rounded up to 16, 8 and 8.
    assert.equal(content.length - body, 8 + 24 + 24 + 16 + 8 + 8);
    return Promise.resolve();
  });
});

it('refuses a file of other columns, a file cut inside a batch, and arrays of the wrong type or length', async () => {
  await withFile(async (path) => {
    writeBatches(path, [3, 100]);
    const batches = readColumnFile(path, { ...TYPES, flag: 'uint16' });
    await assert.rejects(() => batches.next(), /has other columns/);
    truncateSync(path, statSync(path).size - 1);
    const sizes: ColumnBatch['rows'][] = [];
    await assert.rejects(async () => {
      for await (const { rows } of readColumnFile(path, TYPES)) sizes.push(rows);
    }, /ends inside a batch/);
    assert.deepEqual(sizes, [3]);

    const writer = new ColumnFileWriter(path, { id: 'uint32' });
    assert.throws(() => writer.write({ rows: 2, id: new Uint16Array(2) }), TypeError);
    assert.throws(() => writer.write({ rows: 2, id: new Uint32Array(3) }), RangeError);
    writer.close();
  });
});
