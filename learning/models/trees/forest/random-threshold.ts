import type { Random } from '../../../../common/random.js';
import { MISSING_BIN } from '../bin-features.js';
import type { NodeRange, ThresholdSearch } from './best-threshold.js';
import type { ForestData } from './forest-data.js';
import { CODE_CLASS_BITS, CODE_CLASS_MASK, type NodeRows } from './node-rows.js';
import type { NodeSplit } from './node-split.js';

/** Bins of nodes with fewer rows are read by row. */
const SMALL_NODE_ROWS = 400;

/**
 * Draws one threshold of a feature uniformly between its least and greatest value in the node (Geurts, Ernst and
 * Wehenkel, Extremely randomized trees, 2006) and moves it down to a border between bins. If values are missing, both
 * directions are tried, or missing against present if all present values are in one bin.
 */
export class RandomThreshold implements ThresholdSearch {
  /** Bin of each row of the node. */
  private readonly bins: Uint8Array;
  private readonly leftCounts: Int32Array;
  private readonly missingCounts: Int32Array;
  private least = 0;
  private greatest = 0;

  constructor(
    private readonly data: ForestData,
    private readonly nodeRows: NodeRows,
    private readonly minRows: number,
    private readonly random: Random,
  ) {
    this.bins = new Uint8Array(nodeRows.rows.length);
    this.leftCounts = new Int32Array(data.classCount);
    this.missingCounts = new Int32Array(data.classCount);
  }

  tryFeature(node: NodeRange, feature: number, split: NodeSplit): boolean {
    this.gatherBins(node, feature);
    const { least, greatest } = this;
    const isOneBin = least >= greatest;
    if (greatest < 0) return false;
    const bin = isOneBin ? MISSING_BIN - 1 : this.drawBin(feature);
    const missing = this.countSides(node, bin);
    if (isOneBin && missing === 0) return false;
    this.offer(node, feature, bin, missing === 0 ? 'none' : 'right', split);
    if (missing > 0 && !isOneBin) this.offer(node, feature, bin, 'left', split);
    return true;
  }

  /** Copies the node's bins and sets the least and greatest bin with a value; `greatest` is -1 if there is none. */
  private gatherBins({ start, end }: NodeRange, feature: number): void {
    const { bins } = this;
    const { rows } = this.nodeRows;
    const { binned } = this.data;
    const isSmall = end - start < SMALL_NODE_ROWS;
    const source = isSmall ? this.data.byRow : binned.byColumn;
    const first = isSmall ? feature : feature * binned.rows;
    const stride = isSmall ? binned.columns : 1;
    let least = MISSING_BIN;
    let greatest = -1;
    for (let at = start; at < end; at++) {
      const bin = source[first + rows[at]! * stride]!;
      bins[at - start] = bin;
      if (bin === MISSING_BIN) continue;
      if (bin < least) least = bin;
      if (bin > greatest) greatest = bin;
    }
    this.least = least;
    this.greatest = greatest;
  }

  private drawBin(feature: number): number {
    const leastValues = this.data.binned.leastValues[feature]!;
    const from = leastValues[this.least]!;
    const threshold = from + (leastValues[this.greatest]! - from) * this.random.uniform();
    let low = this.least;
    let high = this.greatest - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (leastValues[middle]! <= threshold) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Counts the classes left of the cut and among missing values; returns the number of rows with a missing value. */
  private countSides({ start, end }: NodeRange, bin: number): number {
    const { bins, leftCounts, missingCounts } = this;
    const { codes } = this.nodeRows;
    leftCounts.fill(0);
    missingCounts.fill(0);
    let missing = 0;
    for (let at = start; at < end; at++) {
      const found = bins[at - start]!;
      const code = codes[at]!;
      // Without a branch, which the processor could not predict: 1 if the row goes left.
      const isLeft = (found - bin - 1) >>> 31;
      leftCounts[code & CODE_CLASS_MASK]! += (code >>> CODE_CLASS_BITS) * isLeft;
      if (found === MISSING_BIN) {
        missingCounts[code & CODE_CLASS_MASK]! += code >>> CODE_CLASS_BITS;
        missing++;
      }
    }
    return missing;
  }

  private offer(
    { classSums, weight, drawn }: NodeRange,
    feature: number,
    bin: number,
    missing: 'none' | 'left' | 'right',
    split: NodeSplit,
  ): void {
    const { leftCounts, missingCounts, minRows } = this;
    const { classCount, classWeights } = this.data;
    let leftSquares = 0;
    let rightSquares = 0;
    let leftWeight = 0;
    let leftDrawn = 0;
    for (let label = 0; label < classCount; label++) {
      const count = leftCounts[label]! + (missing === 'left' ? missingCounts[label]! : 0);
      const left = count * classWeights[label]!;
      const right = classSums[label]! - left;
      leftDrawn += count;
      leftWeight += left;
      leftSquares += left * left;
      rightSquares += right * right;
    }
    if (leftDrawn < minRows || drawn - leftDrawn < minRows) return;
    const score = leftSquares / leftWeight + rightSquares / (weight - leftWeight);
    split.offer(score, feature, bin, missing !== 'none', missing === 'left');
  }
}
