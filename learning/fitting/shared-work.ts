/**
 * What fits of several settings on the very same rows have in common, made by the first and used by the others: hand
 * the same object to each of them, and never to a fit on other rows.
 */
export class SharedWork {
  #made: { readonly key: string; readonly value: { readonly bytes: number } } | undefined;

  /**
   * What was made last, if under the same key, else what `make` returns.
   *
   * @param key names the type of the result as well as what it is made from
   */
  of<T extends { readonly bytes: number }>(key: string, make: () => T): T {
    if (this.#made?.key !== key) this.#made = { key, value: make() };
    return this.#made.value as T;
  }

  /** Bytes that are kept for others. */
  get bytes(): number {
    return this.#made?.value.bytes ?? 0;
  }
}

/** Shared work by what it was made from, the latest used of it. */
export class SharedWorkCache {
  readonly #kept = new Map<string, SharedWork>();

  /**
   * Work on the rows of this name. What was used longest ago is let go until the rest fits `maxBytes`; what the work comes to
   * hold is counted from the next call on.
   */
  of(rows: string, maxBytes: number): SharedWork {
    const work = this.#kept.get(rows) ?? new SharedWork();
    this.#kept.delete(rows);
    this.#kept.set(rows, work);
    let bytes = [...this.#kept.values()].reduce((sum, kept) => sum + kept.bytes, 0);
    for (const [name, kept] of this.#kept) {
      if (bytes <= maxBytes || kept === work) break;
      this.#kept.delete(name);
      bytes -= kept.bytes;
    }
    return work;
  }
}
