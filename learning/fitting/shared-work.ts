/**
 * Work that fits of several settings share on exactly the same rows: computed by the first fit, used by the others.
 * Pass the same object to each of them, and never to a fit on other rows.
 */
export class SharedWork {
  #made: { readonly key: string; readonly value: { readonly bytes: number } } | undefined;

  /**
   * Returns the last result if it has the same key, else the result of `make`.
   *
   * @param key identifies the type of the result and its inputs
   */
  of<T extends { readonly bytes: number }>(key: string, make: () => T): T {
    if (this.#made?.key !== key) this.#made = { key, value: make() };
    return this.#made.value as T;
  }

  /** Bytes of the kept result. */
  get bytes(): number {
    return this.#made?.value.bytes ?? 0;
  }
}

/** Keeps the most recently used shared work, by the name of its rows. */
export class SharedWorkCache {
  readonly #kept = new Map<string, SharedWork>();

  /**
   * The shared work for the rows of this name. Drops the least recently used work until the rest fits `maxBytes`; bytes
   * that the returned work gains count from the next call on.
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
