import { PickleError } from './pickle-error.js';
import { PyText, type PyValue } from './values.js';

/** Maximum digits of a decimal integer, and bytes of a binary one. */
const LONGEST_INTEGER = 1024;
/** Text of this length or more is kept as bytes and decoded only on demand. */
const LONG_TEXT_BYTES = 1 << 16;

/** A little-endian two's complement integer (LONG1, LONG4); a bigint if it is beyond 2^53. */
export function longOf(bytes: Buffer, byteOffset: number): number | bigint {
  if (bytes.length === 0) return 0;
  if (bytes.length <= 6) return bytes.readIntLE(0, bytes.length);
  if (bytes.length > LONGEST_INTEGER) {
    throw new PickleError(`an integer of ${bytes.length} bytes is too long`, { kind: 'too-big', byteOffset });
  }
  const magnitude = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return compact(BigInt.asIntN(bytes.length * 8, magnitude));
}

/** A decimal integer (INT, LONG), with or without a trailing L. */
export function decimalInteger(line: Buffer, byteOffset: number): number | bigint {
  const text = line.toString('latin1').replace(/L$/, '');
  if (!/^\s*[+-]?\d+$/.test(text) || text.length > LONGEST_INTEGER) {
    throw new PickleError(`a line of ${text.length} characters is not an integer`, {
      kind: 'damaged',
      byteOffset,
    });
  }
  return compact(BigInt(text.trim().replace(/^\+/, '')));
}

/** A decimal floating-point number (FLOAT). */
export function decimalFloat(line: Buffer, byteOffset: number): number {
  const text = line.toString('latin1').trim();
  const named = { nan: NaN, '-nan': NaN, inf: Infinity, '+inf': Infinity, '-inf': -Infinity }[text];
  if (named !== undefined) return named;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    throw new PickleError(`a line of ${text.length} characters is not a number`, {
      kind: 'damaged',
      byteOffset,
    });
  }
  return Number(text);
}

/** UTF-8 text; long text is kept as bytes. */
export function unicodeOf(bytes: Buffer, byteOffset: number): string | PyText {
  if (bytes.length >= LONG_TEXT_BYTES) return new PyText(bytes, 'utf8');
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd') && !isUtf8(bytes)) {
    throw new PickleError('text is not UTF-8', { kind: 'damaged', byteOffset });
  }
  return text;
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** A byte string of Python 2, read as Latin-1; long ones are kept as bytes. */
export function latin1Of(bytes: Buffer): string | PyText {
  return bytes.length >= LONG_TEXT_BYTES ? new PyText(bytes, 'latin1') : bytes.toString('latin1');
}

const QUOTE_ESCAPES = new Map([
  ['\\', 0x5c],
  ["'", 0x27],
  ['"', 0x22],
  ['a', 0x07],
  ['b', 0x08],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

/** The bytes of a quoted Python 2 string literal (STRING). */
export function quotedBytes(line: Buffer, byteOffset: number): Buffer {
  const damaged = (reason: string): PickleError =>
    new PickleError(`a quoted string ${reason}`, { kind: 'damaged', byteOffset });
  const quote = line[0];
  if (line.length < 2 || (quote !== 0x27 && quote !== 0x22) || line[line.length - 1] !== quote)
    throw damaged('has no quotes');
  const bytes = Buffer.allocUnsafe(line.length);
  let written = 0;
  for (let at = 1; at < line.length - 1; at++) {
    const byte = line[at]!;
    if (byte !== 0x5c) {
      bytes[written++] = byte;
      continue;
    }
    at += 1;
    const escape = String.fromCharCode(line[at]!);
    if (escape === 'x') {
      const hex = line.toString('latin1', at + 1, at + 3);
      if (!/^[0-9a-f]{2}$/i.test(hex)) throw damaged('has a broken \\x escape');
      bytes[written++] = parseInt(hex, 16);
      at += 2;
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(line.toString('latin1', at, at + 3));
    const simple = QUOTE_ESCAPES.get(escape);
    if (simple !== undefined) bytes[written++] = simple;
    else if (octal !== null) {
      bytes[written++] = parseInt(octal[0], 8) & 0xff;
      at += octal[0].length - 1;
    } else throw damaged(`has an unknown escape \\${escape}`);
  }
  return bytes.subarray(0, written);
}

/** Latin-1 text with \uXXXX and \UXXXXXXXX escapes (UNICODE of protocol 0). */
export function rawUnicode(line: Buffer, byteOffset: number): string {
  return line
    .toString('latin1')
    .replaceAll(
      /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g,
      (_, short: string | undefined, long: string | undefined) => {
        const code = parseInt(short ?? long ?? '', 16);
        if (code > 0x10ffff) {
          throw new PickleError('text contains a character beyond Unicode', { kind: 'damaged', byteOffset });
        }
        return String.fromCodePoint(code);
      },
    );
}

/** Latin-1 bytes of a text (`_codecs.encode(text, 'latin1')`), or null if it contains other characters. */
export function latin1Bytes(text: PyValue | undefined): Uint8Array | null {
  if (typeof text === 'string') {
    const bytes = Buffer.from(text, 'latin1');
    return bytes.toString('latin1') === text ? bytes : null;
  }
  if (!(text instanceof PyText)) return null;
  if (text.encoding === 'latin1') return text.bytes;
  const bytes = Buffer.allocUnsafe(text.bytes.length);
  let written = 0;
  for (let at = 0; at < text.bytes.length; at++) {
    const byte = text.bytes[at]!;
    if (byte < 0x80) bytes[written++] = byte;
    else {
      // Characters 80 to FF are two bytes in UTF-8, the first C2 or C3.
      const next = text.bytes[(at += 1)];
      if ((byte & 0xfe) !== 0xc2 || next === undefined || (next & 0xc0) !== 0x80) return null;
      bytes[written++] = ((byte & 0x03) << 6) | (next & 0x3f);
    }
  }
  return bytes.subarray(0, written);
}

export function compact(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
