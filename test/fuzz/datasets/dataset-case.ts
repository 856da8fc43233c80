import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../common/project-root.js';
import { drawFrom, pick, type Draw } from '../random.js';

/** A damaged dataset. */
export interface DatasetCase {
  readonly fixture: string;
  /** Ending of the file, which decides between formats of text. */
  readonly ending: string;
  readonly bytes: Uint8Array;
}

interface Fixture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const MOST_CHANGES = 6;
const MOST_BYTES = 1 << 18;
const LONGEST_REPEAT = 4000;
/** Pieces that mean something in one of the formats. */
const TOKENS = [
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  ',',
  ';',
  '\n',
  '\r\n',
  '\t',
  '\\',
  '\0',
  '\ufeff',
  'NaN',
  '-',
  '1e999',
  '9'.repeat(40),
  '0x7fffffff',
  'null',
  'PAR1',
  'ARROW1',
  '\x80\x04',
  'c__builtin__\neval\n',
  '{"a":',
  '[[[[',
  'é',
  '1,5',
  '12%',
  '#fields\t',
  ')R.',
  '(lp0\n',
] as const;

/** The datasets of the repository, and small ones of the kinds that it has no file of. */
export function readDatasetFixtures(): Fixture[] {
  const folder = join(projectRoot(), 'test', 'fixtures', 'datasets');
  const files = readdirSync(folder)
    .filter((name) => /\.(csv|csv\.(gz|bz2|xz|zst)|jsonl?|parquet|arrows?|feather|pkl)$/.test(name))
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  const text = (name: string, content: string): Fixture => ({ name, bytes: Buffer.from(content) });
  const rows = Array.from({ length: 8 }, (_, row) => ({
    session_id: `s${row >> 1}`,
    resolution: 480,
    x: row,
    y: [[row]],
    z: { a: [row] },
  }));
  return [
    ...files,
    text('nested.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    text('rows.json', JSON.stringify(rows)),
    text('columns.json', JSON.stringify({ session_id: { 0: 'a', 1: 'b' }, resolution: { 0: 480, 1: 720 } })),
    text('split.json', JSON.stringify({ columns: ['a', 'b'], index: [0], data: [[1, 2]] })),
    text(
      'conn.log',
      '#separator \\x09\n#unset_field\t-\n#fields\tsession_id\tresolution\n#types\tstring\tcount\ns\t480\ns\t-\n',
    ),
    {
      name: 'utf16.csv',
      bytes: Buffer.from('\ufeffsession_id;resolution;x\na;480;1,5\nb;720;2,5\n', 'utf16le'),
    },
    text('old.pkl', "(dp0\nS'a'\np1\n(lp2\nI1\naI2\nas."),
  ];
}

/** The case of a seed: always the same for the same fixtures. */
export function datasetCase(seed: number, fixtures: readonly Fixture[]): DatasetCase {
  const draw = drawFrom(seed);
  const { name, bytes } = pick(draw, fixtures);
  const other = pick(draw, fixtures).bytes;
  let mutant: Buffer = Buffer.from(bytes.subarray(0, MOST_BYTES));
  for (let change = 1 + draw(MOST_CHANGES); change > 0; change--) mutant = changed(mutant, other, draw);
  return { fixture: name, ending: name.slice(name.indexOf('.')), bytes: mutant.subarray(0, MOST_BYTES) };
}

function changed(bytes: Buffer, other: Uint8Array, draw: Draw): Buffer {
  // The ends of Parquet and Arrow files describe the rest.
  const at = draw(3) === 0 ? Math.max(0, bytes.length - 1 - draw(300)) : draw(bytes.length + 1);
  const length = 1 + draw(draw(4) === 0 ? 400 : 8);
  const insert = (...parts: readonly Uint8Array[]): Buffer =>
    Buffer.concat([bytes.subarray(0, at), ...parts, bytes.subarray(at)]);
  switch (draw(9)) {
    case 0:
      if (at < bytes.length) bytes[at] = draw(256);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at]! ^= 1 << draw(8);
      return bytes;
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 3:
      return bytes.subarray(0, at);
    case 4:
      return insert(Buffer.from(pick(draw, TOKENS)));
    case 5: {
      const token = Buffer.from(pick(draw, TOKENS));
      return insert(...Array.from({ length: 1 + draw(LONGEST_REPEAT) }, () => token));
    }
    case 6: {
      const part = bytes.subarray(at, at + length);
      return insert(...Array.from({ length: 1 + draw(50) }, () => part));
    }
    case 7: {
      const from = draw(other.length + 1);
      return insert(other.subarray(from, from + length));
    }
    default:
      // A number of four bytes, as lengths and offsets are.
      if (at + 4 <= bytes.length)
        bytes.writeUInt32LE(pick(draw, [0, 1, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff]), at);
      return bytes;
  }
}
