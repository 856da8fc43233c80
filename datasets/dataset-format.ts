import { DatasetError } from '../common/dataset-error.js';

/** Formats of labelled datasets. */
type DatasetFormat = 'pickle' | 'parquet' | 'arrow file' | 'arrow stream' | 'json lines' | 'csv';

/** Bytes of the content that are enough to detect its format. */
export const FORMAT_HEAD_BYTES = 256;

/** Files that are often mistaken for datasets, each with the next step. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['PK\x03\x04', 'a zip archive: unpack it'],
  ['FEA1', 'Feather version 1: save it as version 2, which is Arrow, or as Parquet'],
  ['\x89HDF\r\n', 'HDF5: save it as Parquet'],
  ['SQLite format 3', 'an SQLite database: save the table as Parquet or CSV'],
];

/**
 * The format of a file, detected from its first bytes. The file name is used only for text, because CSV, JSON lines
 * and pickles of protocol 0 and 1 may begin alike.
 * @throws DatasetError for files that are known to be something else
 */
export function formatOf(head: Uint8Array, fileName: string): DatasetFormat {
  if (head.length === 0) throw new DatasetError('the file is empty');
  const start = Buffer.from(head).toString('latin1');
  if (start.startsWith('PAR1')) return 'parquet';
  if (start.startsWith('ARROW1')) return 'arrow file';
  if (start.startsWith('\xff\xff\xff\xff')) return 'arrow stream';
  if (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 0) <= 5) return 'pickle';
  for (const [magic, description] of REFUSED)
    if (start.startsWith(magic)) throw new DatasetError(`the file is ${description}`);
  const name = fileName.toLowerCase().replace(/\.(gz|bz2|xz|zst)$/, '');
  if (/\.(pkl|pickle|p)$/.test(name)) return 'pickle';
  if (/^c(copy_reg|copyreg|pandas[\w.]*)\n\w+\n/.test(start)) return 'pickle';
  if (/\.(jsonl|ndjson|json)$/.test(name)) return 'json lines';
  if (!/\.(csv|tsv|txt)$/.test(name) && /^\s*(\{\s*"|\[\s*\{)/.test(start)) return 'json lines';
  return 'csv';
}
