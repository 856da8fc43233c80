import type { FitPart } from '../fitting/fit-part.js';
import { SVM_DISTANCES } from './svm/prepare-svm.js';
import { SVM_MACHINES } from './svm/svm-machine.js';
import { FOREST_TREES } from './trees/forest/grow-classification-tree.js';
import { BOOSTING_TREES } from './trees/gradient-boosting/boosting-tree.js';

const FIT_PARTS = [FOREST_TREES, BOOSTING_TREES, SVM_DISTANCES, SVM_MACHINES];

/** The kind of part with this name, for helper threads: a name can be sent to another thread, a function cannot. */
export function fitPart(name: string): FitPart<never, unknown> {
  const part = FIT_PARTS.find((candidate) => candidate.name === name);
  if (part === undefined) throw new Error(`unknown kind of part of a fit: ${name}`);
  return part;
}
