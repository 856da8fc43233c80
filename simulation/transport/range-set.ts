/** A small set of ranges of numbers, not adjacent and ascending. */
export class RangeSet {
  /** Start and end (excluded) of each range, ascending. */
  readonly #edges: number[] = [];

  get edges(): readonly number[] {
    return this.#edges;
  }

  /** Adds a range and merges it with those that it touches or overlaps; returns the merged range. */
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

  /** Removes the lowest range. */
  removeFirst(): void {
    this.#edges.splice(0, 2);
  }
}
