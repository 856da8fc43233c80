import type { PreparedSvm } from '../models/svm/prepare-svm.js';

/**
 * What fits of several settings on the very same rows have in common, made by the first and used by the others: hand
 * the same object to each of them, and never to a fit on other rows.
 */
export class SharedWork {
  #svm: { readonly key: string; readonly prepared: PreparedSvm } | undefined;

  /** Scaled rows and distances made under the same key, or those that `make` returns. */
  svm(key: string, make: () => PreparedSvm): PreparedSvm {
    if (this.#svm?.key !== key) this.#svm = { key, prepared: make() };
    return this.#svm.prepared;
  }

  /** Bytes that are kept for others. */
  get bytes(): number {
    return this.#svm?.prepared.distances.byteLength ?? 0;
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
