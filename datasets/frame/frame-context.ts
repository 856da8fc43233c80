import { Budget } from '../pickle/budget.js';
import type { PyValue } from '../pickle/values.js';
import { PickleError, type PickleErrorKind } from '../pickle/pickle-error.js';
import type { SizedColumn } from './sized-column.js';

/** Characters of text cells that may be made of each byte of the file, and of any file. */
const TEXT_FACTOR = 64;
const TEXT_BASE = 1 << 24;
/** Extension arrays and indexes that stand in one another; more is a pickle that refers to itself. */
const DEEPEST_ARRAYS = 8;

/** What the parts of a frame share while they are put together. */
export class FrameContext {
  readonly notes: string[] = [];
  readonly text: Budget;
  private depth = 0;

  /** @param indexColumn reads an index as a column; given, because arrays hold indexes and indexes hold arrays. */
  constructor(
    readonly contentBytes: number,
    readonly indexColumn: (name: string, value: PyValue, context: FrameContext) => SizedColumn,
  ) {
    this.text = new Budget(TEXT_FACTOR * contentBytes + TEXT_BASE, 'characters of text');
  }

  fail(reason: string, kind: PickleErrorKind = 'damaged'): PickleError {
    return new PickleError(reason, { kind, byteOffset: null });
  }

  /** Runs `work` one level deeper. @throws PickleError where that is too deep. */
  nested<T>(work: () => T): T {
    if (this.depth >= DEEPEST_ARRAYS) throw this.fail('arrays stand in one another too deeply', 'too-big');
    this.depth += 1;
    try {
      return work();
    } finally {
      this.depth -= 1;
    }
  }
}
