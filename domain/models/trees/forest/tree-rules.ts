/** How a tree of a forest is grown. */
export interface TreeRules {
  /** Features that a node looks at, drawn anew for each node; more where all of them are constant in it. */
  readonly featuresPerNode: number;
  readonly maxDepth: number;
  /** Rows of a leaf at least; a row drawn twice counts twice. */
  readonly minSamplesPerLeaf: number;
  /** Whether a tree sees as many rows as there are, drawn with replacement, or each row once. */
  readonly bootstrap: boolean;
  /** `best`: the best threshold of each feature looked at; `random`: one drawn at random. */
  readonly thresholds: 'best' | 'random';
}
