import { deriveSeed } from '../../../../common/random.js';
import type { ForestData } from '../../../../learning/models/trees/forest/forest-data.js';
import {
  growClassificationTree,
  type GrownTree,
} from '../../../../learning/models/trees/forest/grow-classification-tree.js';
import type { TreeRules } from './tree-rules.js';

/** What every tree of a forest is grown from, on whichever thread. */
export interface ForestWork {
  readonly data: ForestData;
  readonly rules: TreeRules;
  readonly seed: number;
}

/** Grows a tree by its number; each has a seed of its own, so that who grows it changes nothing. */
export function growForestTree({ data, rules, seed }: ForestWork, tree: number): GrownTree {
  return growClassificationTree(data, rules, deriveSeed(seed, `tree-${tree}`));
}
