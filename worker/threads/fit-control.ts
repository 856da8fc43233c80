/** Cells of the memory that the threads of a team share. */
const LEFT = 0;
const TO = 1;
const EPOCH = 2;
const SENT = 3;
const CLOSED = 4;
const LOST = 5;
const CELLS = 6;

/** Most parts of one run: their number shares a cell with the number of the run. */
export const MAX_PARTS = 0xffff;

/**
 * Divides the parts of a fit among a team of threads, by shared memory. One cell contains the number of the run and, in its
 * lower half, how many parts are left. Taking a part is one atomic exchange, which fails if another thread was faster or a
 * new run has started.
 */
export class FitControl {
  readonly #cells: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(CELLS * 4)) {
    this.#cells = new Int32Array(memory);
  }

  /** Starts a run with the parts `from` to `to` - 1; all parts of the previous run must be done. */
  open(from: number, to: number): void {
    const epoch = (Atomics.load(this.#cells, EPOCH) + 1) & 0x7fff;
    Atomics.store(this.#cells, TO, to);
    Atomics.store(this.#cells, LEFT, (epoch << 16) | (to - from));
    Atomics.store(this.#cells, EPOCH, epoch);
    Atomics.notify(this.#cells, EPOCH);
  }

  /** Takes the next part; -1 if none is left. */
  take(): number {
    for (;;) {
      const value = Atomics.load(this.#cells, LEFT);
      const left = value & MAX_PARTS;
      if (left === 0) return -1;
      if (Atomics.compareExchange(this.#cells, LEFT, value, value - 1) === value) {
        return Atomics.load(this.#cells, TO) - left;
      }
    }
  }

  get epoch(): number {
    return Atomics.load(this.#cells, EPOCH);
  }

  /** Waits until another run than `epoch` has started, or the team is closed; returns false if it is closed. */
  waitForRun(epoch: number): boolean {
    if (!this.isClosed) Atomics.wait(this.#cells, EPOCH, epoch);
    return !this.isClosed;
  }

  /** Counts a result that was sent, and wakes the thread that waits for it. */
  countSent(): void {
    Atomics.add(this.#cells, SENT, 1);
    Atomics.notify(this.#cells, SENT);
  }

  get sent(): number {
    return Atomics.load(this.#cells, SENT);
  }

  /** Waits until more than `sent` results were sent, at most 100 ms. */
  waitForResult(sent: number): void {
    Atomics.wait(this.#cells, SENT, sent, 100);
  }

  /** Records that a thread was lost, perhaps with the part that it was doing. */
  markLost(): void {
    Atomics.store(this.#cells, LOST, 1);
    Atomics.notify(this.#cells, SENT);
  }

  get isLost(): boolean {
    return Atomics.load(this.#cells, LOST) === 1;
  }

  /** Ends the team: all threads stop when their part is done. */
  close(): void {
    Atomics.store(this.#cells, CLOSED, 1);
    this.open(0, 0);
  }

  private get isClosed(): boolean {
    return Atomics.load(this.#cells, CLOSED) === 1;
  }
}
