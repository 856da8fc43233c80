import { Budget } from '../pickle/budget.js';
import { PickleError, type PickleErrorKind } from '../pickle/pickle-error.js';
import type { PyValue } from '../pickle/values.js';
import type { SizedColumn } from './sized-column.js';

/** Maximum characters of text cells per byte of the file, and for any file. */
const TEXT_FACTOR = 64;
const TEXT_BASE = 1 << 24;
/** Maximum nesting of extension arrays and indexes; a deeper pickle refers to itself. */
const DEEPEST_ARRAYS = 8;

/** State shared by the parts of a frame while it is built. */
export class FrameContext {
  readonly notes: string[] = [];
  /** Values in cells that became null, by column: how many, and the type of the first. */
  readonly #nulled = new Map<string, { count: number; example: string }>();
  readonly text: Budget;
  private depth = 0;

  /**
   * @param indexColumn reads an index as a column; a parameter, because arrays may contain indexes and indexes
   *   arrays
   */
  constructor(
    readonly contentBytes: number,
    readonly indexColumn: (name: string, value: PyValue, context: FrameContext) => SizedColumn,
  ) {
    this.text = new Budget(TEXT_FACTOR * contentBytes + TEXT_BASE, 'characters of text');
  }

  fail(reason: string, kind: PickleErrorKind = 'damaged'): PickleError {
    return new PickleError(reason, { kind, byteOffset: null });
  }

  /** What `work` makes of a column; null if its type is not supported: the column is left out, with a note. */
  orLeftOut<T>(name: string, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof PickleError) || error.kind !== 'unsupported') throw error;
      this.notes.push(`column ${name} is left out: ${error.reason}`);
      return null;
    }
  }

  /** Counts a value of a cell, or of its lists and dicts, that became null because it has no text. */
  countNulled(column: string, type: string): void {
    const { count, example } = this.#nulled.get(column) ?? { count: 0, example: type };
    this.#nulled.set(column, { count: count + 1, example });
  }

  /** What was left out so far; complete when all columns were read. */
  allNotes(): string[] {
    const nulled = [...this.#nulled].map(
      ([column, { count, example }]) =>
        `column ${column}: ${count} values in its cells are null, because they have no text, such as ${example}`,
    );
    return [...this.notes, ...nulled];
  }

  /** Runs `work` one nesting level deeper. @throws PickleError if that is too deep */
  nested<T>(work: () => T): T {
    if (this.depth >= DEEPEST_ARRAYS) throw this.fail('arrays are nested too deeply', 'too-big');
    this.depth += 1;
    try {
      return work();
    } finally {
      this.depth -= 1;
    }
  }
}
