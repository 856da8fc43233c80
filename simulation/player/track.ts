/** A part of a track that has arrived. */
interface Part {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Index into the ladder; 0 for audio. */
  readonly rung: number;
}

/** Media of one kind that a player asks for in order of time, and what has arrived of it. Times are media seconds. */
export class Track {
  #parts: Part[] = [];
  #askedSeconds = 0;
  #playableSeconds = 0;
  /** Requests made so far. */
  requests = 0;
  /** Increased whenever media that was asked for is no longer wanted. */
  #generation = 0;

  constructor(readonly kind: 'video' | 'audio') {}

  /** Media time up to which everything was asked for. */
  get askedSeconds(): number {
    return this.#askedSeconds;
  }

  /** Media time up to which everything has arrived. */
  get playableSeconds(): number {
    return this.#playableSeconds;
  }

  /** Notes that the media up to `toSeconds` is asked for. @returns what to call when it has arrived */
  ask(toSeconds: number, rung: number): () => void {
    const part = { fromSeconds: this.#askedSeconds, toSeconds, rung };
    const generation = this.#generation;
    this.#askedSeconds = toSeconds;
    this.requests++;
    return () => {
      if (generation === this.#generation) this.#arrive(part);
    };
  }

  /** Rung of the media at a time; null if it has not arrived. */
  rungAt(seconds: number): number | null {
    return this.#parts.find((part) => part.fromSeconds <= seconds && seconds < part.toSeconds)?.rung ?? null;
  }

  /** Where media of a rung below `rung` begins, not before `fromSeconds`; null if none has arrived. */
  firstBelow(rung: number, fromSeconds: number): number | null {
    const starts = this.#parts
      .filter((part) => part.rung < rung && part.toSeconds > fromSeconds)
      .map((part) => Math.max(fromSeconds, part.fromSeconds));
    return starts.length === 0 ? null : Math.min(...starts);
  }

  /** Drops everything, what is in transit too, and continues at a media time. */
  jump(seconds: number): void {
    this.#parts = [];
    this.#continueAt(seconds);
  }

  /** Drops what has arrived or is in transit from a playable media time on, in order to ask for it again. */
  dropFrom(seconds: number): void {
    this.#parts = this.#parts
      .filter(({ fromSeconds }) => fromSeconds < seconds)
      .map((part) => ({ ...part, toSeconds: Math.min(seconds, part.toSeconds) }));
    this.#continueAt(seconds);
  }

  #continueAt(seconds: number): void {
    this.#generation++;
    this.#askedSeconds = seconds;
    this.#playableSeconds = seconds;
  }

  #arrive(part: Part): void {
    this.#parts.push(part);
    for (;;) {
      const next = this.#parts.find(({ fromSeconds }) => fromSeconds === this.#playableSeconds);
      if (next === undefined) return;
      this.#playableSeconds = next.toSeconds;
    }
  }
}
