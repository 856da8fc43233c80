import type { EventQueue } from './event-queue.js';

/** One deadline that can be moved. Moving it later, as every acknowledgement does, schedules no new event. */
export class Timer {
  readonly #clock: EventQueue;
  readonly #fire: () => void;
  #deadlineUs: number | null = null;
  /** Time of the valid pending event; other events are ignored. */
  #pendingUs = Infinity;

  constructor(clock: EventQueue, fire: () => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  get isSet(): boolean {
    return this.#deadlineUs !== null;
  }

  /** Sets the deadline and replaces the previous one. */
  set(timeUs: number): void {
    const deadlineUs = Math.max(this.#clock.nowUs, Math.round(timeUs));
    this.#deadlineUs = deadlineUs;
    if (deadlineUs < this.#pendingUs) this.#await(deadlineUs);
  }

  clear(): void {
    this.#deadlineUs = null;
  }

  #await(timeUs: number): void {
    this.#pendingUs = timeUs;
    this.#clock.at(timeUs, () => {
      if (timeUs !== this.#pendingUs) return;
      this.#pendingUs = Infinity;
      if (this.#deadlineUs === null) return;
      if (this.#deadlineUs > timeUs) {
        this.#await(this.#deadlineUs);
        return;
      }
      this.#deadlineUs = null;
      this.#fire();
    });
  }
}
