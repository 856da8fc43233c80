import { createRandom, deriveSeed, type Random } from '../../../../common/random.js';
import type { FitPart } from '../../../fitting/fit-part.js';
import { BINS } from '../bin-features.js';
import type { FlatTree } from '../flat-tree.js';
import { TreeBuffer } from '../tree-buffer.js';
import { BestThreshold, type NodeRange } from './best-threshold.js';
import type { ForestData } from './forest-data.js';
import { CODE_CLASS_BITS, CODE_CLASS_MASK, partitionRows, type NodeRows } from './node-rows.js';
import { NodeSplit } from './node-split.js';
import { RandomThreshold } from './random-threshold.js';

/** Rules for growing a tree of a forest. */
export interface TreeRules {
  /** Features tried, drawn for each node; more are tried as long as all are constant in the node. */
  readonly featuresPerNode: number;
  readonly maxDepth: number;
  /** Minimum number of rows of a leaf; a row drawn twice counts twice. */
  readonly minSamplesPerLeaf: number;
  /** True: a tree is grown from rows drawn with replacement, as many as there are. False: from each row once. */
  readonly bootstrap: boolean;
  /** `best`: the best threshold of each feature tried; `random`: one drawn at random. */
  readonly thresholds: 'best' | 'random';
}

/** Input of every tree of a forest, on any thread. */
export interface ForestWork {
  readonly data: ForestData;
  readonly rules: TreeRules;
  readonly seed: number;
}

/** A tree of a forest. */
export interface GrownTree {
  /** Leaf values: the share of each class. */
  readonly tree: FlatTree;
  /** By column: decrease of Gini impurity by its splits, weighted by rows; sums to 1, or all 0. */
  readonly importances: Float64Array;
}

/** A node to be grown; `parent` is the node whose right child it is, -1 for the root. */
interface PendingNode {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly parent: number;
}

/**
 * Grows one tree. The result depends only on the arguments, so that any thread can grow any tree of a forest.
 *
 * A node becomes a leaf if it is pure, at the maximum depth, or if no feature tried has a split; a split need not
 * lower the impurity.
 */
export function growClassificationTree(data: ForestData, rules: TreeRules, seed: number): GrownTree {
  const { binned, classCount, classWeights } = data;
  const { byColumn, borders, columns, rows: rowCount } = binned;
  const random = createRandom(seed);
  const nodeRows = sampleRows(data, rules.bootstrap, random);
  const { codes } = nodeRows;
  const search =
    rules.thresholds === 'best'
      ? new BestThreshold(data, nodeRows, rules.minSamplesPerLeaf)
      : new RandomThreshold(data, nodeRows, rules.minSamplesPerLeaf, random);
  const features = Int32Array.from({ length: columns }, (_, column) => column);
  const importances = new Float64Array(columns);
  const buffer = new TreeBuffer(classCount);
  const split = new NodeSplit();
  const goesLeft = new Uint8Array(BINS);

  function findSplit(node: NodeRange): boolean {
    split.reset();
    let varied = 0;
    for (let seen = 0; seen < columns && (seen < rules.featuresPerNode || varied === 0); seen++) {
      const drawn = seen + random.integer(columns - seen);
      const feature = features[drawn]!;
      features[drawn] = features[seen]!;
      features[seen] = feature;
      if (search.tryFeature(node, feature, split)) varied++;
    }
    return split.feature >= 0;
  }

  const pending: PendingNode[] = [{ start: 0, end: codes.length, depth: 0, parent: -1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { start } = next;
    let { end, depth } = next;
    if (next.parent >= 0) buffer.startRight(next.parent);
    for (;;) {
      const node = measureNode(codes, start, end, classCount, classWeights);
      const canSplit =
        depth < rules.maxDepth &&
        !node.isPure &&
        node.drawn >= 2 * rules.minSamplesPerLeaf &&
        findSplit(node);
      if (!canSplit) {
        buffer.addLeaf(node.classSums, 1 / node.weight);
        break;
      }
      const { feature, bin } = split;
      importances[feature]! += Math.max(0, split.score - node.squares / node.weight);
      split.fillGoesLeft(goesLeft);
      const bins = byColumn.subarray(feature * rowCount, (feature + 1) * rowCount);
      const middle = partitionRows(nodeRows, start, end, bins, goesLeft);
      const missingLeft = split.hasMissing ? split.missingLeft : middle - start > end - middle;
      const parent = buffer.addSplit(feature, borders[feature]![bin] ?? Number.MAX_VALUE, missingLeft);
      pending.push({ start: middle, end, depth: depth + 1, parent });
      end = middle;
      depth++;
    }
  }
  return { tree: buffer.finish(), importances: normalised(importances) };
}

/** Trees of a forest; a part is one tree. Each tree has its own seed, so the result does not depend on the thread. */
export const FOREST_TREES: FitPart<ForestWork, GrownTree> = {
  name: 'forest-trees',
  prepare:
    ({ data, rules, seed }) =>
    (tree) =>
      growClassificationTree(data, rules, deriveSeed(seed, `tree-${tree}`)),
};

function sampleRows({ labels }: ForestData, bootstrap: boolean, random: Random): NodeRows {
  const times = new Int32Array(labels.length);
  if (bootstrap) for (let draw = 0; draw < labels.length; draw++) times[random.integer(labels.length)]!++;
  else times.fill(1);
  const rows = Int32Array.from(times.keys()).filter((row) => times[row]! > 0);
  return { rows, codes: rows.map((row) => (times[row]! << CODE_CLASS_BITS) | labels[row]!) };
}

interface MeasuredNode extends NodeRange {
  readonly isPure: boolean;
  /** Sum of the squared class weights. */
  readonly squares: number;
}

function measureNode(
  codes: Int32Array,
  start: number,
  end: number,
  classCount: number,
  classWeights: Float64Array,
): MeasuredNode {
  const classSums = new Float64Array(classCount);
  for (let at = start; at < end; at++) {
    const code = codes[at]!;
    classSums[code & CODE_CLASS_MASK]! += code >>> CODE_CLASS_BITS;
  }
  let drawn = 0;
  let weight = 0;
  let squares = 0;
  let present = 0;
  for (let label = 0; label < classCount; label++) {
    const count = classSums[label]!;
    const sum = count * classWeights[label]!;
    drawn += count;
    weight += sum;
    squares += sum * sum;
    if (count > 0) present++;
    classSums[label] = sum;
  }
  return { start, end, classSums, weight, drawn, squares, isPure: present < 2 };
}

function normalised(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map((value) => value / sum) : values;
}
