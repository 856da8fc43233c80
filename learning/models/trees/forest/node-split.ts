import { MISSING_BIN } from '../bin-features.js';

/** The best way found so far to split a node. */
export class NodeSplit {
  /** Sum over both sides of (sum of squared class weights / weight); larger is purer (Gini). */
  score = -Infinity;
  feature = -1;
  /** Bins up to this one go left. */
  bin = 0;
  hasMissing = false;
  missingLeft = false;

  reset(): void {
    this.score = -Infinity;
    this.feature = -1;
  }

  offer(score: number, feature: number, bin: number, hasMissing: boolean, missingLeft: boolean): void {
    if (score <= this.score) return;
    this.score = score;
    this.feature = feature;
    this.bin = bin;
    this.hasMissing = hasMissing;
    this.missingLeft = missingLeft;
  }

  /** By bin: 1 if it goes left. */
  fillGoesLeft(goesLeft: Uint8Array): void {
    goesLeft.fill(1, 0, this.bin + 1);
    goesLeft.fill(0, this.bin + 1);
    goesLeft[MISSING_BIN] = this.missingLeft ? 1 : 0;
  }
}
