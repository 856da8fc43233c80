/** Scheduled actions of a simulation, ordered by time and then by the order in which they were scheduled. */
export class EventQueue {
  readonly #heap: Event[] = [];
  #order = 0;
  #nowUs: number;

  /** @param startUs integer microseconds since the Unix epoch */
  constructor(startUs: number) {
    this.#nowUs = startUs;
  }

  /** Time of the current action; integer microseconds since the Unix epoch. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Schedules an action at a time, rounded to a microsecond and not before now. */
  at(timeUs: number, run: () => void): void {
    const event = { timeUs: Math.max(this.#nowUs, Math.round(timeUs)), order: this.#order++, run };
    const heap = this.#heap;
    let place = heap.length;
    heap.push(event);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = event;
  }

  /** Schedules an action after a delay. */
  after(delayUs: number, run: () => void): void {
    this.at(this.#nowUs + delayUs, run);
  }

  /** Runs all actions up to and including `endUs`; later ones never run. */
  runUntil(endUs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.timeUs <= endUs; next = this.#heap[0]) {
      this.#removeFirst();
      this.#nowUs = next.timeUs;
      next.run();
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
  }
}

interface Event {
  readonly timeUs: number;
  readonly order: number;
  readonly run: () => void;
}

const isBefore = (a: Event, b: Event): boolean =>
  a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.order < b.order);
