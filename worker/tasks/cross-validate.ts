import { crossValidate, type FoldScore } from '../../domain/search/cross-validate.js';
import type { ComputeTask } from '../compute-thread.js';
import { readLearningRows } from './learning-rows.js';

/** Scores a setting on the training rows, and tells each fold as soon as it is scored. */
export const crossValidateTask: ComputeTask<'crossValidate'> = async (input, report) => {
  const { features, labels, folds, groups } = await readLearningRows(input.trainingPath, input.classes);
  const done: FoldScore[] = [...input.done];
  const result = await crossValidate({
    setting: input.setting,
    features,
    labels,
    classCount: input.classes.length,
    folds,
    foldCount: input.foldCount,
    groups,
    seed: input.seed,
    done: input.done,
    onFold: (_, score) => {
      done.push(score);
      report({ done });
    },
  });
  return { folds: result.folds, warnings: result.warnings, trainRows: features.rows };
};
