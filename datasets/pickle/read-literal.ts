import {
  decimalFloat,
  decimalInteger,
  latin1Of,
  longOf,
  quotedBytes,
  rawUnicode,
  unicodeOf,
} from './literals.js';
import { OPCODE } from './opcodes.js';
import type { PickleInput } from './pickle-input.js';
import { PyDict, type PyValue } from './values.js';

/**
 * The value of an opcode that only pushes a value, or undefined for any other opcode, whose operands are not read.
 * @param at offset of the opcode, for errors
 */
export function readLiteral(opcode: number, input: PickleInput, at: number): PyValue | undefined {
  switch (opcode) {
    case OPCODE.NONE:
      return null;
    case OPCODE.NEWTRUE:
      return true;
    case OPCODE.NEWFALSE:
      return false;
    case OPCODE.BININT:
      return input.int32();
    case OPCODE.BININT1:
      return input.byte();
    case OPCODE.BININT2:
      return input.uint16();
    case OPCODE.BINFLOAT:
      return input.float64BigEndian();
    case OPCODE.LONG1:
      return longOf(input.take(input.byte()), at);
    case OPCODE.LONG4:
      return longOf(input.take(input.int32()), at);
    case OPCODE.INT: {
      const line = input.line();
      const text = line.toString('latin1');
      return text === '00' ? false : text === '01' ? true : decimalInteger(line, at);
    }
    case OPCODE.LONG:
      return decimalInteger(input.line(), at);
    case OPCODE.FLOAT:
      return decimalFloat(input.line(), at);

    case OPCODE.SHORT_BINUNICODE:
      return unicodeOf(input.take(input.byte()), at);
    case OPCODE.BINUNICODE:
      return unicodeOf(input.take(input.uint32()), at);
    case OPCODE.BINUNICODE8:
      return unicodeOf(input.take(input.length64()), at);
    case OPCODE.UNICODE:
      return rawUnicode(input.line(true), at);
    case OPCODE.SHORT_BINSTRING:
      return latin1Of(input.take(input.byte()));
    case OPCODE.BINSTRING:
      return latin1Of(input.take(input.int32()));
    case OPCODE.STRING:
      return latin1Of(quotedBytes(input.line(true), at));
    case OPCODE.SHORT_BINBYTES:
      return input.take(input.byte());
    case OPCODE.BINBYTES:
      return input.take(input.uint32());
    case OPCODE.BINBYTES8:
    case OPCODE.BYTEARRAY8:
      return input.take(input.length64());

    case OPCODE.EMPTY_LIST:
    case OPCODE.EMPTY_TUPLE:
    case OPCODE.EMPTY_SET:
      return [];
    case OPCODE.EMPTY_DICT:
      return new PyDict();
    default:
      return undefined;
  }
}
