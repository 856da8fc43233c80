import { BINS, binsByRow, MISSING_BIN, type BinnedFeatures } from '../bin-features.js';
import type { FlatTree } from '../flat-tree.js';
import { TreeBuffer } from '../tree-buffer.js';
import { fillHistogram, subtractHistogram } from './gradient-histogram.js';
import { findGradientSplit, type GradientSplit } from './gradient-split.js';
import { hessianOf, packGradients, type PackScales } from './packed-gradients.js';

/** Minimum hessian of a leaf, as in LightGBM and scikit-learn. */
const MIN_HESSIAN = 1e-3;

/** Rules for growing the trees of a boosting. */
export interface GradientTreeRules {
  readonly maxLeaves: number;
  readonly minSamplesPerLeaf: number;
  readonly l2: number;
  readonly learningRate: number;
}

interface Leaf {
  readonly start: number;
  readonly end: number;
  /** Packed sum over its rows. */
  readonly total: number;
  /** Sums by bin; null if the leaf cannot be split. */
  histogram: Float64Array | null;
  split: GradientSplit | null;
  children: { readonly left: Leaf; readonly right: Leaf; readonly missingLeft: boolean } | null;
}

/**
 * Grows the trees of a boosting one after the other, in arrays that are reused. Trees grow leaf by leaf, best split
 * first (Ke et al., LightGBM, 2017). The histogram of the smaller child is counted; that of the larger child is the
 * parent's minus it. As in LightGBM, the rows of a side are estimated from its hessian when splits are compared.
 */
export class GradientTreeGrower {
  private readonly byRow: Uint8Array;
  private readonly rows: Int32Array;
  private readonly spare: Int32Array;
  private readonly packed: Float64Array;
  private readonly packedOfNode: Float64Array;
  private readonly goesLeft = new Uint8Array(BINS);
  private readonly free: Float64Array[] = [];
  private readonly borderCounts: Int32Array;
  private scales: PackScales = { gradient: 1, hessian: 1 };

  constructor(
    private readonly binned: BinnedFeatures,
    private readonly rules: GradientTreeRules,
  ) {
    this.byRow = binsByRow(binned);
    this.rows = new Int32Array(binned.rows);
    this.spare = new Int32Array(binned.rows);
    this.packed = new Float64Array(binned.rows);
    this.packedOfNode = new Float64Array(binned.rows);
    this.borderCounts = Int32Array.from(binned.borders, (borders) => borders.length);
  }

  /**
   * A tree whose leaves contain the step that lowers the loss, times the learning rate.
   *
   * @param features columns to split on, the same number for every tree
   * @param onLeaf called with the rows of each leaf and its value as stored in the tree
   * @param gains increased in place, by column, by how much the splits lower the loss
   */
  grow(
    gradients: Float64Array,
    hessians: Float64Array,
    features: Int32Array,
    onLeaf: (rows: Int32Array, value: number) => void,
    gains: Float64Array,
  ): FlatTree {
    const { rows, packed, rules } = this;
    for (let row = 0; row < rows.length; row++) rows[row] = row;
    this.scales = packGradients(gradients, hessians, packed);
    let total = 0;
    for (let row = 0; row < packed.length; row++) total += packed[row]!;
    const root = this.leaf(0, rows.length, total);
    if (this.canSplit(root)) {
      root.histogram = this.takeHistogram(features);
      fillHistogram(this.binned, this.byRow, rows, packed, features, root.histogram);
      this.search(root, features);
    }
    const leaves = [root];
    const toReal = this.scales.hessian / this.scales.gradient ** 2;
    while (leaves.length < rules.maxLeaves) {
      const best = bestLeaf(leaves);
      if (best?.split == null) break;
      gains[best.split.feature]! += best.split.gain * toReal;
      const { left, right } = this.splitLeaf(best, best.split);
      leaves.splice(leaves.indexOf(best), 1, left, right);
      if (leaves.length < rules.maxLeaves) this.searchChildren(best, left, right, features);
    }
    for (const leaf of leaves) this.release(leaf);
    return this.flatten(root, gradients, hessians, onLeaf);
  }

  private leaf(start: number, end: number, total: number): Leaf {
    return { start, end, total, histogram: null, split: null, children: null };
  }

  private canSplit({ start, end }: Leaf): boolean {
    return end - start >= 2 * this.rules.minSamplesPerLeaf;
  }

  private search(leaf: Leaf, features: Int32Array): void {
    const hessian = hessianOf(leaf.total);
    const perRow = hessian / (leaf.end - leaf.start);
    const limits = {
      // Half a row less, because LightGBM rounds its estimate of the rows.
      minHessian: Math.max(
        1,
        MIN_HESSIAN * this.scales.hessian,
        (this.rules.minSamplesPerLeaf - 0.5) * perRow,
      ),
      l2: this.rules.l2 * this.scales.hessian,
    };
    leaf.split = findGradientSplit(leaf.histogram!, leaf.total, features, this.borderCounts, limits);
    if (leaf.split === null) this.release(leaf);
  }

  private splitLeaf(leaf: Leaf, split: GradientSplit): { left: Leaf; right: Leaf } {
    const { binned, goesLeft, rows, spare, packed } = this;
    goesLeft.fill(0);
    goesLeft.fill(1, 0, split.bin + 1);
    goesLeft[MISSING_BIN] = split.missingLeft ? 1 : 0;
    const first = split.feature * binned.rows;
    const bins = binned.byColumn.subarray(first, first + binned.rows);
    const { middle, total } = partitionStable(rows, spare, leaf.start, leaf.end, bins, goesLeft, packed);
    const left = this.leaf(leaf.start, middle, total);
    const right = this.leaf(middle, leaf.end, leaf.total - total);
    const missingLeft = split.hasMissing ? split.missingLeft : middle - leaf.start > leaf.end - middle;
    leaf.children = { left, right, missingLeft };
    return { left, right };
  }

  private searchChildren(parent: Leaf, left: Leaf, right: Leaf, features: Int32Array): void {
    const [smaller, larger] =
      left.end - left.start <= right.end - right.start ? [left, right] : [right, left];
    if (!this.canSplit(larger)) {
      this.release(parent);
      return;
    }
    const { start, end } = smaller;
    const rows = this.rows.subarray(start, end);
    const packed = this.packedOfNode.subarray(0, end - start);
    for (let at = 0; at < rows.length; at++) packed[at] = this.packed[rows[at]!]!;
    smaller.histogram = this.takeHistogram(features);
    fillHistogram(this.binned, this.byRow, rows, packed, features, smaller.histogram);
    larger.histogram = parent.histogram!;
    parent.histogram = null;
    subtractHistogram(larger.histogram, smaller.histogram);
    if (this.canSplit(smaller)) this.search(smaller, features);
    else this.release(smaller);
    this.search(larger, features);
  }

  private takeHistogram(features: Int32Array): Float64Array {
    return this.free.pop() ?? new Float64Array(features.length * BINS);
  }

  private release(leaf: Leaf): void {
    if (leaf.histogram !== null) this.free.push(leaf.histogram);
    leaf.histogram = null;
  }

  private flatten(
    root: Leaf,
    gradients: Float64Array,
    hessians: Float64Array,
    onLeaf: (rows: Int32Array, value: number) => void,
  ): FlatTree {
    const buffer = new TreeBuffer(1);
    const pending: { leaf: Leaf; parent: number }[] = [{ leaf: root, parent: -1 }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next.parent >= 0) buffer.startRight(next.parent);
      let leaf = next.leaf;
      while (leaf.children !== null && leaf.split !== null) {
        const { feature, bin } = leaf.split;
        const threshold = this.binned.borders[feature]![bin] ?? Number.MAX_VALUE;
        const parent = buffer.addSplit(feature, threshold, leaf.children.missingLeft);
        pending.push({ leaf: leaf.children.right, parent });
        leaf = leaf.children.left;
      }
      const rows = this.rows.subarray(leaf.start, leaf.end);
      const value = Math.fround(this.leafValue(rows, gradients, hessians));
      buffer.addLeaf([value], 1);
      onLeaf(rows, value);
    }
    return buffer.finish();
  }

  /** Uses the exact gradients, not the packed ones. */
  private leafValue(rows: Int32Array, gradients: Float64Array, hessians: Float64Array): number {
    let gradient = 0;
    let hessian = 0;
    for (let at = 0; at < rows.length; at++) {
      gradient += gradients[rows[at]!]!;
      hessian += hessians[rows[at]!]!;
    }
    const weight = hessian + this.rules.l2;
    return weight > 0 ? (-this.rules.learningRate * gradient) / weight : 0;
  }
}

function bestLeaf(leaves: readonly Leaf[]): Leaf | undefined {
  let best: Leaf | undefined;
  for (const leaf of leaves) {
    if (leaf.split !== null && leaf.split.gain > (best?.split?.gain ?? 0)) best = leaf;
  }
  return best;
}

/** Moves the rows that go left before the others, both in their order; `middle` is where the others begin. */
function partitionStable(
  rows: Int32Array,
  spare: Int32Array,
  start: number,
  end: number,
  bins: Uint8Array,
  goesLeft: Uint8Array,
  packed: Float64Array,
): { middle: number; total: number } {
  let low = start;
  let others = 0;
  let total = 0;
  for (let at = start; at < end; at++) {
    const row = rows[at]!;
    const isLeft = goesLeft[bins[row]!]!;
    total += packed[row]! * isLeft;
    rows[low] = row;
    spare[others] = row;
    low += isLeft;
    others += 1 - isLeft;
  }
  rows.set(spare.subarray(0, others), low);
  return { middle: low, total };
}
