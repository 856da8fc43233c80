import type { DecodeFault } from '../../schemas/capture.js';

/** Why a packet could not be decoded further. Each layer has constants for its faults. */
export interface Fault {
  readonly layer: string;
  readonly kind: string;
}

/** Counts packets by fault. Two faults of one layer and kind count together. */
export class FaultCounter {
  readonly #counts = new Map<Fault, number>();

  add(fault: Fault): void {
    this.#counts.set(fault, (this.#counts.get(fault) ?? 0) + 1);
  }

  /** Ordered by layer, then kind. */
  list(): DecodeFault[] {
    const merged = new Map<string, DecodeFault>();
    for (const [{ layer, kind }, packets] of this.#counts) {
      const key = `${layer} ${kind}`;
      merged.set(key, { layer, kind, packets: packets + (merged.get(key)?.packets ?? 0) });
    }
    return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fault]) => fault);
  }
}
