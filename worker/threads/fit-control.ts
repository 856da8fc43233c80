/** Cells of the shared memory by which a team of threads divides the parts of a fit. */
const LEFT = 0;
const TO = 1;
const EPOCH = 2;
const TOLD = 3;
const CLOSED = 4;
const LOST = 5;
const CELLS = 6;

/** Parts of one run at most: their number shares a cell with the run's. */
export const MAX_PARTS = 0xffff;

/**
 * What a team of threads shares. One cell holds the number of the run and, in its lower half, how many parts are left:
 * taking a part is one atomic exchange, which fails where another thread was faster or a new run has begun.
 */
export class FitControl {
  readonly #cells: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(CELLS * 4)) {
    this.#cells = new Int32Array(memory);
  }

  /** Offers the parts `from` to `to` - 1; those of the run before must all be done. */
  open(from: number, to: number): void {
    const epoch = (Atomics.load(this.#cells, EPOCH) + 1) & 0x7fff;
    Atomics.store(this.#cells, TO, to);
    Atomics.store(this.#cells, LEFT, (epoch << 16) | (to - from));
    Atomics.store(this.#cells, EPOCH, epoch);
    Atomics.notify(this.#cells, EPOCH);
  }

  /** Takes the next part, or -1 where none is left. */
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

  /** Waits until there is another run than the one named, or none any more; returns whether there is one. */
  waitForRun(epoch: number): boolean {
    if (!this.isClosed) Atomics.wait(this.#cells, EPOCH, epoch);
    return !this.isClosed;
  }

  /** Says that a result was sent. */
  tell(): void {
    Atomics.add(this.#cells, TOLD, 1);
    Atomics.notify(this.#cells, TOLD);
  }

  get told(): number {
    return Atomics.load(this.#cells, TOLD);
  }

  /** Waits until more was sent than `told`, 100 ms at most. */
  waitForResult(told: number): void {
    Atomics.wait(this.#cells, TOLD, told, 100);
  }

  /** Says that a thread was lost, and perhaps a part with it. */
  lose(): void {
    Atomics.store(this.#cells, LOST, 1);
    Atomics.notify(this.#cells, TOLD);
  }

  get isLost(): boolean {
    return Atomics.load(this.#cells, LOST) === 1;
  }

  /** Sends everyone home: no part is left, and none will be. */
  close(): void {
    Atomics.store(this.#cells, CLOSED, 1);
    this.open(0, 0);
  }

  private get isClosed(): boolean {
    return Atomics.load(this.#cells, CLOSED) === 1;
  }
}
