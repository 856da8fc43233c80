import { createReadStream } from 'node:fs';
import { open, readFile, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import { csvCell } from '../../common/csv-cell.js';
import { DatasetError } from '../../common/dataset-error.js';
import type { DatasetWrapping } from '../../datasets/dataset-format.js';
import {
  hasRounded,
  markNumbers,
  mayBeDocument,
  tableOfDocument,
  unmarkNumbers,
} from '../../datasets/json-table.js';
import { headOf } from './head-of.js';

const TAR_BLOCK_BYTES = 512;
/** Longest JSON document that is one table: all of it is in memory at once. */
const LONGEST_DOCUMENT_BYTES = 1 << 28;
/** Bytes that show of most files whether they are JSON lines. */
const DOCUMENT_HEAD_BYTES = 1 << 16;

/** Writes what a file contains without its wrapping to `target`. @throws DatasetError if it is damaged or holds several files */
export async function unwrapDataset(path: string, wrapping: DatasetWrapping, target: string): Promise<void> {
  switch (wrapping) {
    case 'zlib':
      await writeTo(target, createReadStream(path), createInflate()).catch((cause: unknown) => {
        if (!(cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_'))) throw cause;
        throw new DatasetError(`the zlib data is cut or damaged: ${cause.message}`, { cause });
      });
      return;
    case 'tar':
      await extractOnly(path, target);
      return;
    case 'utf-16le':
    case 'utf-16be':
      await writeTo(target, Readable.from(textOf(path, wrapping)));
      return;
    case 'zeek log':
      await writeTo(target, Readable.from(csvOfZeek(path)));
  }
}

/** Writes a stream to a file that is there from the beginning: a stream that opens it may do so after the failure, and leave it. */
async function writeTo(target: string, source: Readable, ...through: Duplex[]): Promise<void> {
  const file = await open(target, 'w');
  await pipeline([source, ...through, file.createWriteStream()]);
}

/** The only file of a tar archive. */
async function extractOnly(path: string, target: string): Promise<void> {
  const file = await open(path);
  try {
    const found: { name: string; start: number; bytes: number }[] = [];
    for await (const entry of tarEntries(file, (await stat(path)).size)) {
      found.push(entry);
      if (found.length > 3) break;
    }
    const [only, ...more] = found;
    if (only === undefined) throw new DatasetError('the tar archive contains no file');
    if (more.length > 0)
      throw new DatasetError(
        `the tar archive contains several files (${found.map(({ name }) => name).join(', ')}): unpack it, and name one`,
      );
    const end = only.start + only.bytes - 1;
    await writeTo(
      target,
      only.bytes === 0 ? Readable.from([]) : createReadStream(path, { start: only.start, end }),
    );
  } finally {
    await file.close();
  }
}

/** Regular files of a tar archive; extended headers, folders and links are passed over. */
async function* tarEntries(
  file: FileHandle,
  size: number,
): AsyncGenerator<{ name: string; start: number; bytes: number }> {
  for (let at = 0; at + TAR_BLOCK_BYTES <= size;) {
    const { buffer } = await file.read(Buffer.alloc(TAR_BLOCK_BYTES), 0, TAR_BLOCK_BYTES, at);
    if (buffer.every((byte) => byte === 0)) return;
    const text = (from: number, to: number): string =>
      buffer.toString('latin1', from, to).replace(/\0[^]*$/, '');
    const octal = text(124, 136).trim();
    const bytes = /^[0-7]+$/.test(octal) ? Number.parseInt(octal, 8) : NaN;
    const start = at + TAR_BLOCK_BYTES;
    if (!Number.isSafeInteger(bytes) || start + bytes > size)
      throw new DatasetError(`the tar archive is cut or damaged at byte ${at}`);
    if (['', '0', '7'].includes(text(156, 157))) yield { name: text(0, 100), start, bytes };
    at = start + Math.ceil(bytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
  }
}

async function* textOf(path: string, encoding: 'utf-16le' | 'utf-16be'): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const next = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw new DatasetError('the UTF-16 text is cut or damaged', { cause });
    }
  };
  for await (const bytes of createReadStream(path)) yield next(bytes as Uint8Array);
  yield next();
}

/** A log of Zeek as CSV: lines with # describe it, - is a missing value. */
async function* csvOfZeek(path: string): AsyncGenerator<string> {
  let separator = '\t';
  let [unset, empty] = ['-', '(empty)'];
  let names: readonly string[] | null = null;
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    if (line.startsWith('#')) {
      const [key = '', ...values] = line.startsWith('#separator ') ? line.split(' ') : line.split(separator);
      const [value = ''] = values;
      if (key === '#separator')
        separator = value.replaceAll(/\\x([0-9a-f]{2})/gi, (_, code: string) =>
          String.fromCharCode(Number.parseInt(code, 16)),
        );
      else if (key === '#unset_field') unset = value;
      else if (key === '#empty_field') empty = value;
      else if (key === '#fields') {
        if (names === null) yield csvLine(values);
        else if (names.join() !== values.join())
          throw new DatasetError(`the Zeek log has other fields from line ${number} on: split it there`);
        names = values;
      }
      continue;
    }
    if (line === '') continue;
    if (names === null) throw new DatasetError('the Zeek log has no line #fields');
    const cells = line.split(separator);
    if (cells.length !== names.length)
      throw new DatasetError(
        `line ${number} of the Zeek log has ${cells.length} fields instead of ${names.length}`,
      );
    yield csvLine(cells.map((cell) => (cell === unset || cell === empty ? '' : cell)));
  }
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

/**
 * Writes a JSON document that holds a whole table as JSON lines to `target`.
 * @returns null if the file is no such document; else what was changed
 */
export async function linesOfDocument(path: string, target: string): Promise<string[] | null> {
  const { size } = await stat(path);
  if (size > LONGEST_DOCUMENT_BYTES || !mayBeDocument(await headOf(path, DOCUMENT_HEAD_BYTES))) return null;
  let document: unknown;
  try {
    document = JSON.parse(markNumbers((await readFile(path, 'utf8')).replace(/^\uFEFF/, '')));
  } catch {
    return null;
  }
  const table = tableOfDocument(document);
  if (table === null) return null;
  const { rows, notes } = table;
  await writeFile(target, rows.map((row) => `${unmarkNumbers(JSON.stringify(row))}\n`).join(''));
  return [
    `the JSON document was read as one table of ${rows.length} rows`,
    ...notes,
    ...(hasRounded(rows) ? ['whole numbers of the JSON document beyond 2^53 are rounded'] : []),
  ];
}
