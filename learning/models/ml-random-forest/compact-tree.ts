import { z } from 'zod';

/**
 * A decision tree as arrays, one element per node; node 0 is the root. Inner node: a row goes left if its value of
 * `feature` is below `threshold`. Leaf: `feature` is -1 and `left` is the class it votes for.
 */
export interface CompactTree {
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
}

const indices = z.array(z.int());

export const compactTreeSchema = z.strictObject({
  feature: indices,
  threshold: z.array(z.number()),
  left: indices,
  right: indices,
});

interface PackageNode {
  readonly splitColumn?: number | undefined;
  readonly splitValue?: number | undefined;
  readonly left?: PackageNode | undefined;
  readonly right?: PackageNode | undefined;
  readonly distribution?: readonly (readonly number[])[] | undefined;
}

const packageNodeSchema: z.ZodType<PackageNode> = z.object({
  splitColumn: z.int().optional(),
  splitValue: z.number().optional(),
  get left() {
    return packageNodeSchema.optional();
  },
  get right() {
    return packageNodeSchema.optional();
  },
  distribution: z.array(z.array(z.number())).optional(),
});

const packageForestSchema = z.object({
  baseModel: z.object({
    indexes: z.array(z.array(z.int())),
    estimators: z.array(z.object({ root: packageNodeSchema })),
  }),
});

/** The trees of a trained ml-random-forest, from its `toJSON()`; throws ZodError for anything else. */
export function compactTrees(forestJson: unknown): CompactTree[] {
  const plain: unknown = JSON.parse(JSON.stringify(forestJson));
  const { indexes, estimators } = packageForestSchema.parse(plain).baseModel;
  return estimators.map(({ root }, tree) => compactTree(root, indexes[tree]!));
}

/** The class that a tree votes for; `offset` is where the row begins in the row-major values. */
export function voteOf(tree: CompactTree, values: Float64Array, offset: number): number {
  let node = 0;
  for (;;) {
    const feature = tree.feature[node]!;
    if (feature < 0) return tree.left[node]!;
    node = values[offset + feature]! < tree.threshold[node]! ? tree.left[node]! : tree.right[node]!;
  }
}

function compactTree(root: PackageNode, columnOf: readonly number[]): CompactTree {
  const tree = {
    feature: [] as number[],
    threshold: [] as number[],
    left: [] as number[],
    right: [] as number[],
  };
  const add = (node: PackageNode): number => {
    const at = tree.feature.length;
    const isInner = node.left !== undefined && node.right !== undefined;
    tree.feature.push(isInner ? columnOf[node.splitColumn!]! : -1);
    tree.threshold.push(isInner ? node.splitValue! : 0);
    tree.left.push(isInner ? 0 : likeliestClass(node.distribution?.[0] ?? []));
    tree.right.push(0);
    if (isInner) {
      tree.left[at] = add(node.left);
      tree.right[at] = add(node.right);
    }
    return at;
  };
  add(root);
  return tree;
}

function likeliestClass(shares: readonly number[]): number {
  return shares.reduce((best, share, index) => (share > shares[best]! ? index : best), 0);
}
