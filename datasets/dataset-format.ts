import { DatasetError } from '../common/dataset-error.js';

/** Formats of labelled datasets. */
type DatasetFormat = 'pickle' | 'parquet' | 'arrow file' | 'arrow stream' | 'json lines' | 'csv';

/** What a dataset may be wrapped in, besides a compression. */
export type DatasetWrapping = 'zlib' | 'tar' | 'utf-16le' | 'utf-16be' | 'zeek log';

/** Bytes of the content that are enough to detect its format; the magic of tar is at 257. */
export const FORMAT_HEAD_BYTES = 512;

/** Files that are often mistaken for datasets, each with the next step. A pattern is for the first bytes as Latin-1. */
/* eslint-disable no-control-regex -- magic numbers consist of control characters */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [
    /^PK\x03\x04[^]{26}(\[Content_Types\]\.xml|_rels\/|xl\/|docProps\/)/,
    'an Excel workbook: save the sheet as CSV, or with pandas: pd.read_excel(...).to_parquet(...)',
  ],
  [
    /^PK\x03\x04[^]{26}mimetype[^]{0,40}application\/vnd\.oasis/,
    'an OpenDocument spreadsheet: save the sheet as CSV',
  ],
  [
    /^PK\x03\x04[^]{26}[^]{1,80}\.npy/,
    'a NumPy .npz archive, whose arrays have no column names: save a DataFrame as Parquet',
  ],
  [/^PK(\x03\x04|\x05\x06)/, 'a zip archive: unpack it'],
  [/^7z\xbc\xaf/, 'a 7z archive: unpack it'],
  [/^Rar!/, 'a RAR archive: unpack it'],
  [/^\xd0\xcf\x11\xe0/, 'an old Excel workbook (.xls): save the sheet as CSV'],
  [/^\x93NUMPY/, 'a NumPy array (.npy), whose columns have no names: save a DataFrame as Parquet or CSV'],
  [/^ZF(0x|\d)/, 'an old joblib file: save the data as Parquet: joblib.load(...).to_parquet(...)'],
  [/^FEA1/, 'Feather version 1: save it as version 2, which is Arrow, or as Parquet'],
  [/^\x89HDF\r\n/, 'HDF5: save it as Parquet'],
  [/^SQLite format 3/, 'an SQLite database: save the table as Parquet or CSV'],
  [/^[^]{8}DUCK/, 'a DuckDB database: copy the table to Parquet'],
  [/^Obj\x01/, 'Avro: save it as Parquet'],
  [/^ORC/, 'ORC: save it as Parquet'],
  [/^RD[AX][23]\n/, 'data of R: save the data frame as CSV or Parquet'],
  [/^MATLAB 5\.0/, 'a MATLAB file: save the table as CSV'],
  [/^(<stata_dta>|\$FL[23])/, 'a file of Stata or SPSS: save it as CSV'],
  [
    /^(\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x4d\x3c\xb2\xa1|\xa1\xb2\x3c\x4d|\x0a\x0d\x0d\x0a)/,
    'a packet capture: name its folder with --data, or ask vqi analyse',
  ],
  [/^%PDF/, 'a PDF: save the table as CSV'],
  [
    /^\s*<(!doctype html|html|\?xml)/i,
    'a page (HTML or XML), perhaps of a download that failed: fetch the file itself',
  ],
  [/^(\xff\xfe\0\0|\0\0\xfe\xff)/, 'UTF-32 text: save it as UTF-8'],
];

/* eslint-enable no-control-regex */

/** What the content is wrapped in, so that it must be unwrapped first; null if it is not. */
export function wrappingOf(head: Uint8Array): DatasetWrapping | null {
  const start = Buffer.from(head).toString('latin1');
  if (start.slice(257, 262) === 'ustar') return 'tar';
  // The header of zlib is a multiple of 31; text that begins with x^ has no control characters and no bytes above 127.
  if (
    head[0] === 0x78 &&
    ((0x78 << 8) | (head[1] ?? 0)) % 31 === 0 &&
    /[^\t\n\r -~]/.test(start.slice(1, 64))
  )
    return 'zlib';
  if (/^\xff\xfe(?!\0\0)/.test(start) || /^(?:[\t\n\r -~]\0){16}/.test(start)) return 'utf-16le';
  if (/^\xfe\xff/.test(start) || /^(?:\0[\t\n\r -~]){16}/.test(start)) return 'utf-16be';
  return /^#(separator |fields\t)/.test(start) ? 'zeek log' : null;
}

/**
 * The format of a file, detected from its first bytes. The file name is used only for text, because CSV, JSON lines
 * and pickles of protocol 0 and 1 may begin alike; text that begins as a JSON object is JSON under any name.
 * @throws DatasetError for files that are known to be something else
 */
export function formatOf(head: Uint8Array, fileName: string): DatasetFormat {
  if (head.length === 0) throw new DatasetError('the file is empty');
  const start = Buffer.from(head).toString('latin1');
  if (start.startsWith('PAR1')) return 'parquet';
  if (start.startsWith('ARROW1')) return 'arrow file';
  if (start.startsWith('\xff\xff\xff\xff')) return 'arrow stream';
  if (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 0) <= 5) return 'pickle';
  for (const [pattern, description] of REFUSED)
    if (pattern.test(start)) throw new DatasetError(`the file is ${description}`);
  const name = fileName.toLowerCase().replace(/(\.(gz|bz2|xz|zst|z|tar))+$/, '');
  if (/\.(pkl|pickle|p|joblib)$/.test(name)) return 'pickle';
  if (/^c(copy_reg|copyreg|pandas[\w.]*)\n\w+\n/.test(start)) return 'pickle';
  if (start.includes('\0'))
    throw new DatasetError('the file is of an unknown binary format: save the table as Parquet or CSV');
  if (/\.(jsonl|ndjson|json)$/.test(name)) return 'json lines';
  // An object, or a list of objects: no header of CSV has a text in quotes and a colon behind a brace.
  return /^\s*(\[\s*)?\{\s*"([^"\\]|\\.)*"\s*:/.test(start) ? 'json lines' : 'csv';
}
