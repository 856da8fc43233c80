/** Segments of one kind that a player fetches in order, and those that have arrived. */
export class Track {
  readonly segmentSeconds: number;
  /** Rung index of each segment that has arrived, by number; audio has 0. */
  readonly #arrived = new Map<number, number>();
  /** Number of the next segment to request. */
  next = 0;
  /** Number of the first segment that has not arrived. */
  #missing = 0;

  constructor(
    readonly kind: 'video' | 'audio',
    segmentSeconds: number,
  ) {
    this.segmentSeconds = segmentSeconds;
  }

  /** Media time up to which all segments were requested. */
  get askedSeconds(): number {
    return this.next * this.segmentSeconds;
  }

  /** Media time up to which all segments have arrived. */
  get playableSeconds(): number {
    return this.#missing * this.segmentSeconds;
  }

  arrive(index: number, rung: number): void {
    this.#arrived.set(index, rung);
    while (this.#arrived.has(this.#missing)) this.#missing++;
  }

  /** Rung of the segment at a media time; null if it has not arrived. */
  rungAt(seconds: number): number | null {
    return this.#arrived.get(Math.floor(seconds / this.segmentSeconds)) ?? null;
  }

  /** Drops the arrived segments and continues with the segment at a media time. */
  jump(seconds: number): void {
    this.#arrived.clear();
    this.next = Math.floor(seconds / this.segmentSeconds);
    this.#missing = this.next;
  }
}
