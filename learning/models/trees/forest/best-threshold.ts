import { BINS, MISSING_BIN } from '../bin-features.js';
import type { ForestData } from './forest-data.js';
import { CODE_CLASS_BITS, CODE_CLASS_MASK, type NodeRows } from './node-rows.js';
import type { NodeSplit } from './node-split.js';

/**
 * With fewer rows, a node's bins are read by row and its rows are chained by bin; otherwise bins are read by column and
 * the classes in every bin are counted.
 */
const SMALL_NODE_ROWS = 400;

/** A node whose features are searched. */
export interface NodeRange {
  readonly start: number;
  readonly end: number;
  /** Weight of each class in the node. */
  readonly classSums: Float64Array;
  readonly weight: number;
  /** Number of rows, each counted as often as it was drawn. */
  readonly drawn: number;
}

/** Tries thresholds of a feature on a node. */
export interface ThresholdSearch {
  /** Offers the splits it finds to `split`; returns false if all rows have the same bin. */
  tryFeature(node: NodeRange, feature: number, split: NodeSplit): boolean;
}

/** Side of the rows with a missing value; `none` if there are no such rows. */
type MissingSide = 'none' | 'left' | 'right';

/**
 * Finds the threshold of a feature that makes the two sides purest (Gini; Breiman, Random Forests, 2001), by the
 * classes in each bin. If values are missing, both directions are tried, and missing against present.
 */
export class BestThreshold implements ThresholdSearch {
  /** Draws of each class in each bin, bins x classes; zero between features. */
  private readonly counts: Int32Array;
  /** By bin: its last row in the node, -1 for none; rows are numbered from the node's first. */
  private readonly lastRow = new Int32Array(BINS).fill(-1);
  /** By row of the node: the previous row in the same bin. */
  private readonly previousRow = new Int32Array(SMALL_NODE_ROWS);
  /** One bit per bin. */
  private readonly bitmap = new Int32Array(BINS / 32);
  /** Bins that have rows, ascending. */
  private readonly touched = new Uint8Array(BINS);
  private readonly left: Float64Array;

  constructor(
    private readonly data: ForestData,
    private readonly nodeRows: NodeRows,
    private readonly minRows: number,
  ) {
    this.counts = new Int32Array(BINS * data.classCount);
    this.left = new Float64Array(data.classCount);
  }

  tryFeature(node: NodeRange, feature: number, split: NodeSplit): boolean {
    const isSmall = node.end - node.start < SMALL_NODE_ROWS;
    const length = isSmall ? this.chainRows(node, feature) : this.countRows(node, feature);
    const { touched } = this;
    if (length > 1) {
      if (touched[length - 1] === MISSING_BIN) {
        this.tryCuts(node, feature, length - 1, 'right', isSmall, split);
        this.tryCuts(node, feature, length - 1, 'left', isSmall, split);
      } else {
        this.tryCuts(node, feature, length, 'none', isSmall, split);
      }
    }
    if (isSmall) for (let index = 0; index < length; index++) this.lastRow[touched[index]!] = -1;
    else this.counts.fill(0);
    return length > 1;
  }

  /** Chains the rows of each bin and lists the bins; returns the number of bins. */
  private chainRows({ start, end }: NodeRange, feature: number): number {
    const { lastRow, previousRow, bitmap, touched } = this;
    const { rows } = this.nodeRows;
    const { byRow } = this.data;
    const { columns } = this.data.binned;
    for (let at = start; at < end; at++) {
      const bin = byRow[rows[at]! * columns + feature]!;
      previousRow[at - start] = lastRow[bin]!;
      lastRow[bin] = at - start;
      bitmap[bin >>> 5]! |= 1 << (bin & 31);
    }
    let length = 0;
    for (let word = 0; word < BINS / 32; word++) {
      let bits = bitmap[word]!;
      if (bits === 0) continue;
      bitmap[word] = 0;
      do {
        const lowest = bits & -bits;
        touched[length++] = (word << 5) + 31 - Math.clz32(lowest);
        bits ^= lowest;
      } while (bits !== 0);
    }
    return length;
  }

  /** Counts the classes in each bin and lists the bins; returns the number of bins. */
  private countRows({ start, end }: NodeRange, feature: number): number {
    const { counts, touched } = this;
    const { rows, codes } = this.nodeRows;
    const { classCount } = this.data;
    const { byColumn, rows: rowCount } = this.data.binned;
    const first = feature * rowCount;
    for (let at = start; at < end; at++) {
      const code = codes[at]!;
      const bin = byColumn[first + rows[at]!]!;
      counts[bin * classCount + (code & CODE_CLASS_MASK)]! += code >>> CODE_CLASS_BITS;
    }
    let length = 0;
    for (let bin = 0, at = 0; bin < BINS; bin++) {
      let any = 0;
      for (let label = 0; label < classCount; label++) any |= counts[at++]!;
      if (any !== 0) touched[length++] = bin;
    }
    return length;
  }

  /** Tries a cut after each of the bins with values, which are the first `values` of `touched`. */
  private tryCuts(
    { start, classSums, weight, drawn }: NodeRange,
    feature: number,
    values: number,
    missing: MissingSide,
    isSmall: boolean,
    split: NodeSplit,
  ): void {
    const { counts, lastRow, previousRow, touched, left, minRows } = this;
    const { codes } = this.nodeRows;
    const { classCount, classWeights } = this.data;
    let leftSquares = 0;
    let rightSquares = 0;
    let leftWeight = 0;
    let leftDrawn = 0;
    let best = split.score;
    let bestIndex = -1;
    for (let label = 0; label < classCount; label++) {
      left[label] = 0;
      rightSquares += classSums[label]! * classSums[label]!;
    }
    // With missing rows on the right, the last cut separates them from all others; otherwise the right side would be
    // empty.
    const cuts = missing === 'right' ? values : values - 1;
    for (let index = missing === 'left' ? -1 : 0; index < cuts; index++) {
      const bin = index < 0 ? MISSING_BIN : touched[index]!;
      if (isSmall) {
        for (let at = lastRow[bin]!; at >= 0; at = previousRow[at]!) {
          const code = codes[start + at]!;
          const label = code & CODE_CLASS_MASK;
          const times = code >>> CODE_CLASS_BITS;
          const added = times * classWeights[label]!;
          const before = left[label]!;
          leftSquares += added * (2 * before + added);
          rightSquares += added * (added - 2 * (classSums[label]! - before));
          left[label] = before + added;
          leftWeight += added;
          leftDrawn += times;
        }
      } else {
        const first = bin * classCount;
        for (let label = 0; label < classCount; label++) {
          const times = counts[first + label]!;
          const added = times * classWeights[label]!;
          const before = left[label]!;
          leftSquares += added * (2 * before + added);
          rightSquares += added * (added - 2 * (classSums[label]! - before));
          left[label] = before + added;
          leftWeight += added;
          leftDrawn += times;
        }
      }
      if (leftDrawn < minRows || index < 0) continue;
      if (drawn - leftDrawn < minRows) break;
      const score = leftSquares / leftWeight + rightSquares / (weight - leftWeight);
      if (score > best) {
        best = score;
        bestIndex = index;
      }
    }
    if (bestIndex < 0) return;
    // Halfway, in bins, to the next bin with rows in this node.
    const cut =
      bestIndex + 1 < values ? (touched[bestIndex]! + touched[bestIndex + 1]! - 1) >> 1 : MISSING_BIN - 1;
    split.offer(best, feature, cut, missing !== 'none', missing === 'left');
  }
}
