import { Budget } from './budget.js';
import { decimalInteger } from './literals.js';
import { allowedGlobal, buildState, callGlobal } from './make-value.js';
import { OPCODE } from './opcodes.js';
import { PickleError, type PickleErrorKind } from './pickle-error.js';
import { PickleInput } from './pickle-input.js';
import { readLiteral } from './read-literal.js';
import { isUnread, PyArray, PyDict, PyText, type PyValue } from './values.js';

/** Newest supported protocol. */
const HIGHEST_PROTOCOL = 5;
/** Maximum open lists; Python itself fails at about a thousand. */
const DEEPEST_NESTING = 10_000;
/** Maximum values on the stack. */
const LONGEST_STACK = 1 << 24;
/** Maximum bytes built from text, per byte of the file. */
const COPY_FACTOR = 4;

/** The value of a pickle, and the number of bytes after its STOP. */
interface Unpickled {
  readonly value: PyValue;
  readonly bytesLeft: number;
}

/**
 * Reads a pickle of protocol 0 to 5 into plain data. A loop over the opcodes with a stack, without recursion. Calls
 * in the pickle are looked up in the list of allowed globals and evaluated by this reader's own code. Arrays refer
 * to the bytes of `content`, which are not copied.
 * @throws PickleError with the offset of the opcode
 */
export function unpickle(content: Uint8Array): Unpickled {
  return new Unpickler(content).load();
}

class Unpickler {
  private readonly input: PickleInput;
  private readonly stack: PyValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo: PyValue[] = [];
  private memoized = 0;
  private readonly copies: Budget;
  private at = 0;

  constructor(content: Uint8Array) {
    this.input = new PickleInput(content);
    this.copies = new Budget(COPY_FACTOR * content.length + (1 << 20), 'bytes');
  }

  load(): Unpickled {
    const { input, stack } = this;
    for (;;) {
      this.at = input.offset;
      const opcode = input.byte();
      if (opcode === OPCODE.STOP) {
        const value = this.pop();
        return { value, bytesLeft: input.bytes.length - input.offset };
      }
      const literal = readLiteral(opcode, input, this.at);
      if (literal === undefined) this.step(opcode);
      else stack.push(literal);
      if (stack.length > LONGEST_STACK)
        throw this.fail(`the stack has more than ${LONGEST_STACK} values`, 'too-big');
    }
  }

  private step(opcode: number): void {
    const { input, stack } = this;
    switch (opcode) {
      case OPCODE.PROTO: {
        const protocol = input.byte();
        if (protocol > HIGHEST_PROTOCOL) throw this.fail(`protocol ${protocol} is unknown`, 'unsupported');
        return;
      }
      case OPCODE.FRAME: {
        const length = input.length64();
        if (length > input.bytes.length - input.offset)
          throw this.fail(`a frame of ${length} bytes extends beyond the end of the file`, 'cut');
        return;
      }

      case OPCODE.READONLY_BUFFER:
        return;
      case OPCODE.NEXT_BUFFER:
        throw this.fail('the pickle stores its buffers outside the file', 'unsupported');

      case OPCODE.MARK:
        if (this.marks.length >= DEEPEST_NESTING) throw this.fail('values are nested too deeply', 'too-big');
        this.marks.push(stack.length);
        return;
      case OPCODE.LIST:
      case OPCODE.TUPLE:
      case OPCODE.FROZENSET:
        this.push(this.popToMark());
        return;
      case OPCODE.TUPLE1:
        this.push([this.pop()]);
        return;
      case OPCODE.TUPLE2: {
        const second = this.pop();
        this.push([this.pop(), second]);
        return;
      }
      case OPCODE.TUPLE3: {
        const third = this.pop();
        const second = this.pop();
        this.push([this.pop(), second, third]);
        return;
      }
      case OPCODE.APPEND: {
        const item = this.pop();
        this.addItems([item]);
        return;
      }
      case OPCODE.APPENDS:
      case OPCODE.ADDITEMS:
        this.addItems(this.popToMark());
        return;
      case OPCODE.DICT: {
        const items = this.popToMark();
        this.push(new PyDict());
        this.setItems(items);
        return;
      }
      case OPCODE.SETITEM: {
        const value = this.pop();
        this.setItems([this.pop(), value]);
        return;
      }
      case OPCODE.SETITEMS:
        this.setItems(this.popToMark());
        return;

      case OPCODE.POP:
        if (stack.length === this.floor() && this.marks.length > 0) this.marks.pop();
        else this.pop();
        return;
      case OPCODE.POP_MARK:
        this.popToMark();
        return;
      case OPCODE.DUP:
        this.push(this.top());
        return;

      case OPCODE.GET:
        this.recall(this.memoKey());
        return;
      case OPCODE.BINGET:
        this.recall(input.byte());
        return;
      case OPCODE.LONG_BINGET:
        this.recall(input.uint32());
        return;
      case OPCODE.PUT:
        this.remember(this.memoKey());
        return;
      case OPCODE.BINPUT:
        this.remember(input.byte());
        return;
      case OPCODE.LONG_BINPUT:
        this.remember(input.uint32());
        return;
      case OPCODE.MEMOIZE:
        this.remember(this.memoized);
        return;

      case OPCODE.GLOBAL: {
        const module = input.line().toString('utf8');
        this.push(allowedGlobal(module, input.line().toString('utf8'), this.at));
        return;
      }
      case OPCODE.STACK_GLOBAL: {
        const name = this.pop();
        this.push(allowedGlobal(this.pop(), name, this.at));
        return;
      }
      case OPCODE.REDUCE:
      case OPCODE.NEWOBJ: {
        const args = this.pop();
        this.push(callGlobal(this.pop(), args, this.at, this.copies));
        return;
      }
      case OPCODE.NEWOBJ_EX: {
        const named = this.pop();
        const args = this.pop();
        if (!(named instanceof PyDict) || named.size > 0)
          throw this.fail('objects with keyword arguments are not supported', 'unsupported');
        this.push(callGlobal(this.pop(), args, this.at, this.copies));
        return;
      }
      case OPCODE.INST: {
        const module = input.line().toString('utf8');
        const made = allowedGlobal(module, input.line().toString('utf8'), this.at);
        this.push(callGlobal(made, this.popToMark(), this.at, this.copies));
        return;
      }
      case OPCODE.OBJ: {
        const [made, ...args] = this.popToMark();
        this.push(callGlobal(made, args, this.at, this.copies));
        return;
      }
      case OPCODE.BUILD: {
        const state = this.pop();
        buildState(this.top(), state, this.at);
        return;
      }

      case OPCODE.PERSID:
      case OPCODE.BINPERSID:
        throw this.fail('the pickle refers to objects outside the file', 'refused');
      case OPCODE.EXT1:
      case OPCODE.EXT2:
      case OPCODE.EXT4:
        throw this.fail(
          "the pickle refers to a global by a number of Python's extension registry",
          'refused',
        );
      default:
        throw this.fail(
          this.at === 0
            ? 'this is not a pickle'
            : `the byte 0x${opcode.toString(16).padStart(2, '0')} is not an opcode`,
          'damaged',
        );
    }
  }

  private push(value: PyValue): void {
    this.stack.push(value);
  }

  /** Items below the newest mark are accessible only to the opcodes that use marks. */
  private floor(): number {
    return this.marks[this.marks.length - 1] ?? 0;
  }

  private pop(): PyValue {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private top(): PyValue {
    if (this.stack.length <= this.floor())
      throw this.fail('an opcode needs a value, but the stack is empty', 'damaged');
    return this.stack[this.stack.length - 1]!;
  }

  private popToMark(): PyValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.fail('an opcode needs a mark, but there is none', 'damaged');
    return this.stack.splice(mark);
  }

  private addItems(items: readonly PyValue[]): void {
    const target = this.top();
    // A deque: its column is left out.
    if (isUnread(target)) return;
    if (!Array.isArray(target)) throw this.fail('items are added to a value that is not a list', 'damaged');
    for (const item of items) target.push(item);
  }

  private setItems(items: readonly PyValue[]): void {
    const target = this.top();
    // A Counter: its column is left out.
    if (isUnread(target)) return;
    if (!(target instanceof PyDict))
      throw this.fail('items are set in a value that is not a dict', 'damaged');
    if (items.length % 2 !== 0) throw this.fail('a dict has a key without a value', 'damaged');
    for (let at = 0; at < items.length; at += 2) {
      const key = items[at]!;
      if (key instanceof PyDict || key instanceof PyArray || key instanceof PyText)
        throw this.fail('a dict has an invalid key', 'damaged');
      target.set(key, items[at + 1]!);
    }
  }

  private memoKey(): number {
    const key = decimalInteger(this.input.line(), this.at);
    return typeof key === 'number' ? key : -1;
  }

  private remember(key: number): void {
    // Each entry takes more than one byte of the file, so a larger key is invalid.
    if (key < 0 || key > this.input.bytes.length)
      throw this.fail(`memo key ${key} is out of range`, 'too-big');
    this.memo[key] = this.top();
    this.memoized += 1;
  }

  private recall(key: number): void {
    const value = this.memo[key];
    if (value === undefined) throw this.fail(`the memo has no value at ${key}`, 'damaged');
    this.push(value);
  }

  private fail(reason: string, kind: PickleErrorKind): PickleError {
    return new PickleError(reason, { kind, byteOffset: this.at });
  }
}
