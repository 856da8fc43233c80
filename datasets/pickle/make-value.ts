import { AllowedGlobal, findAllowedGlobal } from './allowed-globals.js';
import type { Budget } from './budget.js';
import { latin1Bytes } from './literals.js';
import { arrayFromBuffer, bytesOf, dtypeOf, scalarOf, setArrayState, setDtypeState } from './numpy.js';
import { PickleError } from './pickle-error.js';
import { asText, PyArray, PyDict, PyDtype, PyRecord, type PyValue } from './values.js';

/** The global that a pickle refers to. @throws PickleError with its name if DataFrames do not need it */
export function allowedGlobal(module: PyValue, name: PyValue, byteOffset: number): AllowedGlobal {
  const found =
    typeof module === 'string' && typeof name === 'string' ? findAllowedGlobal(module, name) : null;
  if (found !== null) return found;
  if (typeof module === 'string' && /^(sklearn\.externals\.)?joblib\b/.test(module))
    throw new PickleError(
      'this is a joblib file with arrays beside the pickle; nothing was run; save the data as Parquet: joblib.load(...).to_parquet(...)',
      { kind: 'refused', byteOffset },
    );
  // A file that is no pickle may read like one: only what can be the name of a global is quoted.
  const shown = [module, name].map((part) =>
    typeof part === 'string' && /^[\w.]{1,100}$/.test(part) ? part : '(not a name)',
  );
  throw new PickleError(
    `the pickle asks for ${shown.join('.')}, which no DataFrame needs; it was refused and nothing was run; save the data as Parquet or CSV instead`,
    { kind: 'refused', byteOffset },
  );
}

/** The result of calling an allowed global (REDUCE, NEWOBJ, INST, OBJ). Only data is built. */
export function callGlobal(
  callee: PyValue | undefined,
  args: PyValue | undefined,
  byteOffset: number,
  copies: Budget,
): PyValue {
  const fail = (reason: string): PickleError => new PickleError(reason, { kind: 'damaged', byteOffset });
  const refuse = (reason: string): PickleError => new PickleError(reason, { kind: 'refused', byteOffset });
  if (!(callee instanceof AllowedGlobal)) throw refuse('the pickle calls a value that is not a global');
  if (!Array.isArray(args)) throw fail(`the arguments of ${callee.toString()} are not a tuple`);
  const [first] = args;
  switch (callee.role) {
    case 'reconstruct':
      if (
        !(first instanceof AllowedGlobal) ||
        (first.role !== 'ndarray' && first.role !== 'index' && first.role !== 'multi-index')
      )
        throw refuse('the pickle asks numpy for an array of an unknown class');
      return new PyArray(first);
    case 'frombuffer':
      return arrayFromBuffer(args, byteOffset);
    case 'dtype':
      return dtypeOf(
        first instanceof AllowedGlobal ? [DTYPE_OF_TYPE.get(first.name) ?? null] : args,
        byteOffset,
      );
    case 'scalar':
      return scalarOf(args, byteOffset);
    case 'encode': {
      const bytes = latin1Bytes(first);
      if (bytes === null || asText(args[1]) !== 'latin1') throw fail('bytes are not encoded as Latin-1');
      copies.spend(bytes.length, byteOffset);
      return bytes;
    }
    case 'bytes': {
      if (args.length === 0) return new Uint8Array(0);
      // bytearray(text, 'latin-1') of protocol 0 to 2. bytes(n), which would allocate n zeros, is refused.
      const bytes = bytesOf(first);
      if (bytes === null) throw refuse(`${callee.toString()} is called with something other than bytes`);
      copies.spend(bytes.length, byteOffset);
      return bytes;
    }
    case 'dict':
      return dictOf(first, fail, (items) => copies.spend(items * 16, byteOffset));
    case 'sequence':
      if (first === undefined) return [];
      if (!Array.isArray(first))
        throw fail(`${callee.toString()} is called with something other than a list`);
      return first;
    case 'getattr':
      if (first instanceof AllowedGlobal && first.name === 'ZoneInfo' && args[1] === '_unpickle')
        return allowedGlobal('zoneinfo', 'ZoneInfo._unpickle', byteOffset);
      throw refuse(
        `the pickle asks for the attribute ${String(asText(args[1])).slice(0, 100)} of ${first instanceof AllowedGlobal ? first.toString() : 'a value'}`,
      );
    case 'reconstructor':
      if (
        !(first instanceof AllowedGlobal) ||
        !(args[1] instanceof AllowedGlobal) ||
        args[1].role !== 'object'
      )
        throw refuse('copyreg is called with something other than a plain object');
      return callGlobal(first, [], byteOffset, copies);
    case 'newobj':
      return callGlobal(first, args.slice(1), byteOffset, copies);
    case 'object':
    case 'type':
    case 'ndarray':
      throw refuse(`the pickle calls ${callee.toString()}`);
    default:
      return new PyRecord(callee, args);
  }
}

/** Sets the state of an object (BUILD). */
export function buildState(target: PyValue | undefined, state: PyValue, byteOffset: number): void {
  if (target instanceof PyArray) setArrayState(target, state, byteOffset);
  else if (target instanceof PyDtype) setDtypeState(target, state, byteOffset);
  else if (target instanceof PyRecord) target.state = state;
  else if (!(target instanceof PyDict))
    throw new PickleError('a state is set on a value that is not an object', { kind: 'damaged', byteOffset });
}

const DTYPE_OF_TYPE = new Map([
  ['float64', 'f8'],
  ['float32', 'f4'],
  ['int64', 'i8'],
  ['int32', 'i4'],
  ['bool_', 'b1'],
  ['object_', 'O8'],
]);

function dictOf(
  items: PyValue | undefined,
  fail: (reason: string) => PickleError,
  onCopy: (items: number) => void,
): PyDict {
  const dict = new PyDict();
  if (items === undefined) return dict;
  if (items instanceof PyDict) return items;
  if (!Array.isArray(items)) throw fail('a dict is built from a value that is not a list');
  onCopy(items.length);
  for (const item of items) {
    if (!Array.isArray(item) || item.length !== 2)
      throw fail('a dict is built from an item that is not a pair');
    dict.set(item[0]!, item[1]!);
  }
  return dict;
}
