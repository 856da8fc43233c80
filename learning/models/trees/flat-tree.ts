import { z } from 'zod';
import { base64Numbers, numbersToBase64 } from '../../fitting/base64-numbers.js';

/** `feature` of a node that is a leaf. */
export const LEAF = -1;

/**
 * A binary tree as arrays, one element per node, in preorder: node 0 is the root, and the left child of an inner node
 * is the next node.
 */
export interface FlatTree {
  /** Column that an inner node compares; -1 for a leaf. */
  readonly feature: Int32Array;
  /** A value up to and including the threshold goes left, a larger one right. 0 for a leaf. */
  readonly threshold: Float64Array;
  /** Inner node: its right child. Leaf: its number among the leaves, from 0 in preorder. */
  readonly right: Int32Array;
  /** 1: a missing value goes left. */
  readonly missingLeft: Uint8Array;
  /** Outputs of the leaves, leaves x outputs, row-major. */
  readonly leafValues: Float32Array;
}

/**
 * Finds the leaves of rows `from` to `to` - 1. Four rows descend together, and each step is branch-free arithmetic, so
 * that the processor neither waits for one row's memory nor mispredicts a branch: two thirds of the time of a plain
 * walk. A row that is at its leaf stays there until the others are. (Each node is replaced as early as possible: with
 * more live values than registers, half of the gain is lost.)
 *
 * @param values rows x columns, row-major; NaN = missing
 * @param leaves output, one per row, the first for row `from`
 */
export function findLeaves(
  { feature, threshold, right, missingLeft }: FlatTree,
  values: Float64Array,
  columns: number,
  from: number,
  to: number,
  leaves: Int32Array,
): void {
  const last = to - 1;
  for (let row0 = from; row0 < to; row0 += 4) {
    const row1 = Math.min(row0 + 1, last);
    const row2 = Math.min(row0 + 2, last);
    const row3 = Math.min(row0 + 3, last);
    const offset0 = row0 * columns;
    const offset1 = row1 * columns;
    const offset2 = row2 * columns;
    const offset3 = row3 * columns;
    let node0 = 0;
    let node1 = 0;
    let node2 = 0;
    let node3 = 0;
    for (;;) {
      const feature0 = feature[node0]!;
      const feature1 = feature[node1]!;
      const feature2 = feature[node2]!;
      const feature3 = feature[node3]!;
      if ((feature0 & feature1 & feature2 & feature3) < 0) break;
      // All bits set at an inner node, none at a leaf.
      const inner0 = ~(feature0 >> 31);
      const inner1 = ~(feature1 >> 31);
      const inner2 = ~(feature2 >> 31);
      const inner3 = ~(feature3 >> 31);
      const value0 = values[offset0 + (feature0 & inner0)]!;
      const value1 = values[offset1 + (feature1 & inner1)]!;
      const value2 = values[offset2 + (feature2 & inner2)]!;
      const value3 = values[offset3 + (feature3 & inner3)]!;
      const goesRight0 =
        Number(value0 > threshold[node0]!) | (Number(value0 !== value0) & (missingLeft[node0]! ^ 1));
      node0 += (1 + ((right[node0]! - node0 - 1) & -goesRight0)) & inner0;
      const goesRight1 =
        Number(value1 > threshold[node1]!) | (Number(value1 !== value1) & (missingLeft[node1]! ^ 1));
      node1 += (1 + ((right[node1]! - node1 - 1) & -goesRight1)) & inner1;
      const goesRight2 =
        Number(value2 > threshold[node2]!) | (Number(value2 !== value2) & (missingLeft[node2]! ^ 1));
      node2 += (1 + ((right[node2]! - node2 - 1) & -goesRight2)) & inner2;
      const goesRight3 =
        Number(value3 > threshold[node3]!) | (Number(value3 !== value3) & (missingLeft[node3]! ^ 1));
      node3 += (1 + ((right[node3]! - node3 - 1) & -goesRight3)) & inner3;
    }
    leaves[row0 - from] = right[node0]!;
    leaves[row1 - from] = right[node1]!;
    leaves[row2 - from] = right[node2]!;
    leaves[row3 - from] = right[node3]!;
  }
}

/** Number of leaves of a tree. */
export function leafCount(tree: FlatTree): number {
  return (tree.feature.length + 1) / 2;
}

const packedTreeSchema = z.strictObject({
  feature: base64Numbers('i32'),
  threshold: base64Numbers('f64'),
  right: base64Numbers('i32'),
  missingLeft: base64Numbers('u8'),
  leafValues: base64Numbers('f32'),
});

/**
 * Reads a tree that `flatTreeToJson` wrote. Every index is checked: only a tree in preorder, in which each node has one
 * parent, is accepted, so that no walk can loop or leave the arrays.
 */
export const flatTreeSchema = packedTreeSchema.superRefine((tree, context) => {
  const fault = faultOf(tree);
  if (fault !== null) context.addIssue(fault);
});

export function flatTreeToJson(tree: FlatTree): z.input<typeof flatTreeSchema> {
  return {
    feature: numbersToBase64(tree.feature),
    threshold: numbersToBase64(tree.threshold),
    right: numbersToBase64(tree.right),
    missingLeft: numbersToBase64(tree.missingLeft),
    leafValues: numbersToBase64(tree.leafValues),
  };
}

/** Why the arrays are not a tree, or null. */
function faultOf({ feature, threshold, right, missingLeft, leafValues }: FlatTree): string | null {
  const nodes = feature.length;
  if (nodes % 2 === 0) return `a binary tree cannot have ${nodes} nodes`;
  if ([threshold, right, missingLeft].some((array) => array.length !== nodes)) {
    return `the arrays of a tree of ${nodes} nodes have different lengths`;
  }
  if (!threshold.every(Number.isFinite)) return 'a threshold is not a number';
  if (!leafValues.every(Number.isFinite)) return 'the value of a leaf is not a number';
  // Right children still expected, nearest last: in preorder the node after a leaf is the nearest of them.
  const pending: number[] = [];
  let leaves = 0;
  for (let node = 0; node < nodes; node++) {
    const isLast = node === nodes - 1;
    if (feature[node]! < 0) {
      if (feature[node] !== LEAF) return `node ${node} has the invalid feature ${feature[node]!}`;
      if (right[node] !== leaves) return `leaf ${node} is number ${right[node]!}, not ${leaves}`;
      leaves++;
      const next = pending.pop();
      if (isLast ? next !== undefined : next !== node + 1) return `node ${node + 1} has no parent`;
    } else {
      if (isLast) return `node ${node} has no children`;
      pending.push(right[node]!);
    }
  }
  return null;
}
