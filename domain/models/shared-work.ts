import type { PreparedSvm } from './svm/prepare-svm.js';

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
}
