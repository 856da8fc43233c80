import { z } from 'zod';
import { base64Numbers, numbersToBase64 } from '../base64-numbers.js';

/** `feature` of a node that is a leaf. */
export const LEAF = -1;

/**
 * A binary tree as arrays, one element per node, in preorder: node 0 is the root, and the left child of an
 * inner node is the node after it.
 */
export interface FlatTree {
  /** Column that an inner node looks at; -1 for a leaf. */
  readonly feature: Int32Array;
  /** A value up to and including the threshold goes left, a larger one right. 0 for a leaf. */
  readonly threshold: Float64Array;
  /** Inner node: its right child. Leaf: its number among the leaves, from 0 in preorder. */
  readonly right: Int32Array;
  /** 1 where a missing value goes left. */
  readonly missingLeft: Uint8Array;
  /** Outputs of the leaves, leaves x outputs, row-major. */
  readonly leafValues: Float32Array;
}

/**
 * Finds the leaves that rows `from` to `to` - 1 come to.
 *
 * @param values rows x columns, row-major; NaN = missing
 * @param leaves filled, one a row, the first for row `from`
 */
export function findLeaves(
  { feature, threshold, right, missingLeft }: FlatTree,
  values: Float64Array,
  columns: number,
  from: number,
  to: number,
  leaves: Int32Array,
): void {
  for (let row = from; row < to; row++) {
    const offset = row * columns;
    let node = 0;
    for (let column = feature[0]!; column >= 0; column = feature[node]!) {
      const value = values[offset + column]!;
      if (value <= threshold[node]!) node++;
      else if (Number.isNaN(value) && missingLeft[node] === 1) node++;
      else node = right[node]!;
    }
    leaves[row - from] = right[node]!;
  }
}

/** Leaves of a tree. */
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
 * Reads a tree that `flatTreeToJson` wrote. Every index is checked: only a tree in preorder, in which each
 * node has one parent, is let through, so that no walk can loop or leave the arrays.
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

/** What keeps arrays from being a tree, or null. */
function faultOf({ feature, threshold, right, missingLeft, leafValues }: FlatTree): string | null {
  const nodes = feature.length;
  if (nodes % 2 === 0) return `a binary tree cannot have ${nodes} nodes`;
  if ([threshold, right, missingLeft].some((array) => array.length !== nodes)) {
    return `the arrays of a tree of ${nodes} nodes have other lengths`;
  }
  if (!threshold.every(Number.isFinite)) return 'a threshold is not a number';
  if (!leafValues.every(Number.isFinite)) return 'the value of a leaf is not a number';
  // Right children still to come, nearest last: in preorder the node after a leaf is the nearest of them.
  const pending: number[] = [];
  let leaves = 0;
  for (let node = 0; node < nodes; node++) {
    const isLast = node === nodes - 1;
    if (feature[node]! < 0) {
      if (feature[node] !== LEAF) return `node ${node} looks at feature ${feature[node]!}`;
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
