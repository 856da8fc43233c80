import { SharedWorkCache } from '../../learning/fitting/shared-work.js';
import { crossValidate } from '../../learning/search/cross-validate.js';
import { decodeMatrix } from '../../learning/search/prepared-matrix.js';
import type { ComputeTask } from '../threads/compute-task.js';
import { readFolds, writeFolds, type TimedFold } from './fold-checkpoint.js';
import { throttled } from './throttle.js';

/** Distances between rows, shared by the trials that run on this thread one after another. */
const shared = new SharedWorkCache();

/** Scores a setting on a prepared matrix, and saves each fold as soon as it is scored. */
export const crossValidateTask: ComputeTask<'crossValidate'> = async (input, report, thread) => {
  const { features, binned, labels, folds, groups, spliced } = decodeMatrix(input.matrix);
  const { setting } = input;
  const done: TimedFold[] = readFolds(input.checkpointPath);
  const reused = done.length === input.foldCount;
  let startedMs = performance.now();
  const result = await crossValidate({
    setting,
    trainShare: input.trainShare,
    features,
    binned,
    labels,
    classCount: input.classCount,
    classNames: input.classesPx?.map((px) => `${px}p`),
    folds,
    foldCount: input.foldCount,
    groups,
    spliced,
    seed: input.seed,
    sharedOn:
      setting.family === 'svm'
        ? (rows) => shared.of(`${input.matrixSha256} ${rows}`, setting.memoryMiB * 2 ** 20)
        : undefined,
    done: [...done],
    signal: thread?.stop,
    onFit: throttled((fitted, of) => report({ foldsDone: done.length, fit: { done: fitted, total: of } })),
    onFold: (outcome) => {
      done.push({ ...outcome, seconds: (performance.now() - startedMs) / 1000 });
      writeFolds(input.checkpointPath, done);
      report({ foldsDone: done.length });
      startedMs = performance.now();
    },
  });
  return {
    ...result,
    trainRows: features.rows,
    seconds: done.reduce((sum, { seconds }) => sum + seconds, 0),
    reused,
  };
};
