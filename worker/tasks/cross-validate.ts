import { crossValidate } from '../../domain/search/cross-validate.js';
import { decodeMatrix } from '../../domain/search/prepared-matrix.js';
import type { ComputeTask } from '../compute-thread.js';
import { readFolds, writeFolds, type TimedFold } from './fold-checkpoint.js';
import { throttled } from './throttle.js';

/** Scores a setting on a prepared matrix, and keeps each fold as soon as it is scored. */
export const crossValidateTask: ComputeTask<'crossValidate'> = async (input, report, thread) => {
  const { features, binned, labels, folds, groups } = decodeMatrix(input.matrix);
  const done: TimedFold[] = readFolds(input.checkpointPath);
  const reused = done.length === input.foldCount;
  let begunMs = performance.now();
  const result = await crossValidate({
    setting: input.setting,
    trainShare: input.trainShare,
    features,
    binned,
    labels,
    classCount: input.classCount,
    folds,
    foldCount: input.foldCount,
    groups,
    seed: input.seed,
    done: [...done],
    signal: thread?.stop,
    onFit: throttled((fitted, of) => report({ foldsDone: done.length, fit: { done: fitted, total: of } })),
    onFold: (outcome) => {
      done.push({ ...outcome, seconds: (performance.now() - begunMs) / 1000 });
      writeFolds(input.checkpointPath, done);
      report({ foldsDone: done.length });
      begunMs = performance.now();
    },
  });
  return {
    ...result,
    trainRows: features.rows,
    seconds: done.reduce((sum, { seconds }) => sum + seconds, 0),
    reused,
  };
};
