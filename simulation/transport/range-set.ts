/** Ranges of numbers, apart from each other and ascending; few at a time. */
export class RangeSet {
  /** Start and end (excluded) of each range, ascending. */
  readonly #edges: number[] = [];

  get edges(): readonly number[] {
    return this.#edges;
  }

  /** Adds a range and joins it with those that it meets; returns the range that holds it now. */
  add(start: number, end: number): readonly [number, number] {
    const edges = this.#edges;
    let from = edges.length;
    while (from > 0 && edges[from - 1]! >= start) from -= 2;
    let to = from;
    let joined: readonly [number, number] = [start, end];
    while (to < edges.length && edges[to]! <= end) {
      joined = [Math.min(joined[0], edges[to]!), Math.max(joined[1], edges[to + 1]!)];
      to += 2;
    }
    edges.splice(from, to - from, ...joined);
    return joined;
  }

  /** Forgets the lowest range. */
  removeFirst(): void {
    this.#edges.splice(0, 2);
  }
}
