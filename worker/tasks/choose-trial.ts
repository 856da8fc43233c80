import { deriveSeed } from '../../common/random.js';
import { VqiError } from '../../common/vqi-error.js';
import { chooseTrial } from '../../learning/search/choose-trial.js';
import type { ComputeTask } from '../threads/compute-task.js';
import { readFolds } from './fold-checkpoint.js';

/** The file with the scores of a trial is no longer there. */
class ScoresMissingError extends VqiError {
  override readonly name = 'ScoresMissingError';
  override readonly retry = 'never';
}

/** Compares trials by the predictions for the sessions of every fold, and chooses one. */
export const chooseTrialTask: ComputeTask<'chooseTrial'> = ({ trials, families, standardErrors, seed }) => {
  const found = trials.map(({ trial, family, foldsPath }) => {
    const folds = [...readFolds(foldsPath)].sort((a, b) => a.score.fold - b.score.fold);
    if (folds.length === 0)
      throw new ScoresMissingError(
        `${foldsPath}, with the scores of trial ${trial}, is missing or damaged: run the search again`,
      );
    return { trial, family, folds };
  });
  const most = Math.max(...found.map(({ folds }) => folds.length));
  const fewer = found.find(({ folds }) => folds.length < most);
  if (fewer !== undefined)
    throw new ScoresMissingError(
      `trial ${fewer.trial} has the scores of ${fewer.folds.length} of ${most} folds: retry it, or run the search again`,
    );
  const candidates = found.map(({ trial, family, folds }) => ({
    trial,
    family,
    bySession: folds.flatMap(({ bySession }) => bySession),
  }));
  return Promise.resolve(chooseTrial(candidates, { families, standardErrors }, deriveSeed(seed, 'choice')));
};
