import { fillDistanceBlock, type DistanceWork } from './svm/prepare-svm.js';
import { trainSvmMachine, type MachineWork, type SvmMachine } from './svm/svm-machine.js';
import { growForestTree, type ForestWork, type GrownTree } from './trees/forest/grow-classification-tree.js';
import {
  boostingTreeGrower,
  type BoostingWork,
  type BoostedTree,
} from './trees/gradient-boosting/boosting-tree.js';

/** Does one part, by its number. */
type DoPart<Result> = (part: number) => Result;

interface FitPartTypes {
  'forest-trees': { work: ForestWork; result: GrownTree };
  'boosting-trees': { work: BoostingWork; result: BoostedTree };
  'svm-distances': { work: DistanceWork; result: null };
  'svm-machines': { work: MachineWork; result: SvmMachine };
}

export type FitPartName = keyof FitPartTypes;
export type FitPartWork<Name extends FitPartName> = FitPartTypes[Name]['work'];
export type FitPartResult<Name extends FitPartName> = FitPartTypes[Name]['result'];

/** How the parts of each kind of fit are done: by name, so that any thread can do them from the same shared memory. */
export const FIT_PARTS: {
  readonly [Name in FitPartName]: (work: FitPartWork<Name>) => DoPart<FitPartResult<Name>>;
} = {
  'forest-trees': (work) => (tree) => growForestTree(work, tree),
  'boosting-trees': boostingTreeGrower,
  'svm-distances': (work) => (block) => fillDistanceBlock(work, block),
  'svm-machines': (work) => (pair) => trainSvmMachine(work, pair),
};
