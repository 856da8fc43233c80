import { createRandom } from '../../../common/random.js';

/** Number of folds of a pair's rows, held out in turn to learn the sigmoid of its margins. */
export const CALIBRATION_FOLDS = 3;

/** Fold of each row, 0 to CALIBRATION_FOLDS - 1; the rows of a group are in one fold. */
export function foldsOfGroups(groups: readonly number[], seed: number): number[] {
  const distinct = [...new Set(groups)].sort((left, right) => left - right);
  const shuffled = createRandom(seed).shuffle(distinct);
  const foldOf = new Map(shuffled.map((group, index) => [group, index % CALIBRATION_FOLDS]));
  return groups.map((group) => foldOf.get(group)!);
}
