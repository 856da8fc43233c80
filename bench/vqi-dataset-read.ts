import { openSync, readSync, fstatSync, closeSync } from 'node:fs';
import { readPickledFrame } from '../datasets/frame/read-pickled-frame.js';
import { isTextColumn } from '../schemas/dataset-table.js';

/** Rows read at a time, as the appender does. */
const ROWS = 2048;

/** Reads a pickled frame, every cell of it, and sums the numbers. */
const [path = ''] = process.argv.slice(2);
const file = openSync(path, 'r');
const content = new Uint8Array(fstatSync(file).size);
for (let read = 0; read < content.length;) read += readSync(file, content, read, content.length - read, read);
closeSync(file);
const table = readPickledFrame(content);
let total = 0;
let texts = 0;
for (const column of table.columns) {
  for (let start = 0; start < table.rows; start += ROWS) {
    const count = Math.min(ROWS, table.rows - start);
    if (isTextColumn(column)) texts += column.read(start, count).length;
    else {
      const { values } = column.read(start, count);
      if (column.type !== 'boolean') for (const value of values) total += Number(value);
    }
  }
}
console.log(JSON.stringify({ rows: table.rows, columns: table.columns.length, total, texts }));
