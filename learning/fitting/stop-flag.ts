import { VqiError } from '../../common/vqi-error.js';
import type { StopSignal } from './fit-crew.js';

/** The work was told to stop. */
export class StoppedError extends VqiError {
  override readonly name = 'StoppedError';
  override readonly retry = 'later';

  constructor() {
    super('stopped');
  }
}

/** A stop request on shared memory: a busy thread sees it, although no message reaches it. */
export class StopFlag implements StopSignal {
  private readonly cell: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(4)) {
    this.cell = new Int32Array(memory);
  }

  /** Tells every thread that checks this memory to stop. */
  stop(): void {
    Atomics.store(this.cell, 0, 1);
  }

  throwIfAborted(): void {
    if (Atomics.load(this.cell, 0) !== 0) throw new StoppedError();
  }
}
