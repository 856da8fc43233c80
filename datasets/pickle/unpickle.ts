import { Budget } from './budget.js';
import { decimalInteger } from './literals.js';
import { allowedGlobal, buildState, callGlobal } from './make-value.js';
import { OPCODE } from './opcodes.js';
import { PickleError, type PickleErrorKind } from './pickle-error.js';
import { PickleInput } from './pickle-input.js';
import { readLiteral } from './read-literal.js';
import { PyArray, PyDict, PyText, type PyValue } from './values.js';

/** Newest protocol that is known. */
const HIGHEST_PROTOCOL = 5;
/** Lists open at one time; Python itself gives up at about a thousand. */
const DEEPEST_NESTING = 10_000;
/** Values that wait to be put into something. */
const LONGEST_STACK = 1 << 24;
/** Bytes that may be made of text, for each byte of the file. */
const COPY_FACTOR = 4;

/** What a pickle holds, and how many bytes lie behind its STOP. */
export interface Unpickled {
  readonly value: PyValue;
  readonly bytesLeft: number;
}

/**
 * Reads a pickle of protocol 0 to 5 into plain data. It is a loop over opcodes with a stack, without recursion; what
 * the pickle calls is looked up in the list of allowed globals and answered by this reader's own code.
 * Arrays refer to the bytes of `content`, which are not copied.
 * @throws PickleError with the offset of the opcode.
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
      if (stack.length > LONGEST_STACK) throw this.fail(`more than ${LONGEST_STACK} values wait`, 'too-big');
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
          throw this.fail(`a frame of ${length} bytes goes beyond the end`, 'cut');
        return;
      }

      case OPCODE.READONLY_BUFFER:
        return;
      case OPCODE.NEXT_BUFFER:
        throw this.fail('the pickle keeps its buffers outside the file', 'unsupported');

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
          throw this.fail('an object is made with named arguments', 'unsupported');
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
            ? 'this is no pickle'
            : `the byte 0x${opcode.toString(16).padStart(2, '0')} is no opcode`,
          'damaged',
        );
    }
  }

  private push(value: PyValue): void {
    this.stack.push(value);
  }

  /** Items below the youngest mark are not reached but by MARK's own opcodes. */
  private floor(): number {
    return this.marks[this.marks.length - 1] ?? 0;
  }

  private pop(): PyValue {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private top(): PyValue {
    if (this.stack.length <= this.floor()) throw this.fail('an opcode finds the stack empty', 'damaged');
    return this.stack[this.stack.length - 1]!;
  }

  private popToMark(): PyValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.fail('an opcode finds no mark', 'damaged');
    return this.stack.splice(mark);
  }

  private addItems(items: readonly PyValue[]): void {
    const target = this.top();
    if (!Array.isArray(target)) throw this.fail('items are added to something that is no list', 'damaged');
    for (const item of items) target.push(item);
  }

  private setItems(items: readonly PyValue[]): void {
    const target = this.top();
    if (!(target instanceof PyDict)) throw this.fail('items are set in something that is no dict', 'damaged');
    if (items.length % 2 !== 0) throw this.fail('a dict has a key without a value', 'damaged');
    for (let at = 0; at < items.length; at += 2) {
      const key = items[at]!;
      if (key instanceof PyDict || key instanceof PyArray || key instanceof PyText)
        throw this.fail('a dict has a key that is none', 'damaged');
      target.set(key, items[at + 1]!);
    }
  }

  private memoKey(): number {
    const key = decimalInteger(this.input.line(), this.at);
    return typeof key === 'number' ? key : -1;
  }

  private remember(key: number): void {
    // Each entry takes more than one byte of the file, so a larger key is a lie.
    if (key < 0 || key > this.input.bytes.length) throw this.fail(`the memo has no place ${key}`, 'too-big');
    this.memo[key] = this.top();
    this.memoized += 1;
  }

  private recall(key: number): void {
    const value = this.memo[key];
    if (value === undefined) throw this.fail(`the memo holds nothing at ${key}`, 'damaged');
    this.push(value);
  }

  private fail(reason: string, kind: PickleErrorKind): PickleError {
    return new PickleError(reason, { kind, byteOffset: this.at });
  }
}
