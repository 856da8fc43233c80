import type { StopSignal } from './fit-crew.js';
import { VqiError } from '../../common/vqi-error.js';

/** Work that was asked to stop. */
export class StoppedError extends VqiError {
  override readonly name = 'StoppedError';
  override readonly retry = 'later';

  constructor() {
    super('stopped');
  }
}

/** A wish to stop on shared memory: a thread that is at work sees it, though no message reaches it. */
export class StopFlag implements StopSignal {
  private readonly cell: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(4)) {
    this.cell = new Int32Array(memory);
  }

  /** Asks everyone who looks at this memory to stop. */
  stop(): void {
    Atomics.store(this.cell, 0, 1);
  }

  throwIfAborted(): void {
    if (Atomics.load(this.cell, 0) !== 0) throw new StoppedError();
  }
}
