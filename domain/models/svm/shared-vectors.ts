/** Rows that serve as support vectors, each kept once however many pairs use it. */
export class SharedVectors {
  /** Row numbers, in order of first use. */
  readonly rows: number[] = [];
  readonly #positions = new Map<number, number>();

  /** Where the rows stand among those kept. */
  positionsOf(rows: Iterable<number>): Int32Array {
    return Int32Array.from(rows, (row) => {
      const known = this.#positions.get(row);
      if (known !== undefined) return known;
      this.#positions.set(row, this.rows.length);
      return this.rows.push(row) - 1;
    });
  }
}
