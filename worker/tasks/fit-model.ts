import { writeFile } from 'node:fs/promises';
import { deriveSeed } from '../../common/random.js';
import { learningRows, windowSequence } from '../../learning/answers/learning-rows.js';
import { fitCalibrated } from '../../learning/calibration/fit-calibrated.js';
import { fitDomain } from '../../learning/domain/training-domain.js';
import { serialiseModel } from '../../learning/saved/serialise.js';
import { readFeatureFile } from '../../warehouse/features/feature-file.js';
import type { ComputeTask } from '../threads/compute-task.js';
import { createThreadCrew } from '../threads/thread-crew.js';
import { throttled } from './throttle.js';

/**
 * Fits a setting on all training rows, calibrates it on the folds of the search, and writes the model. The same input
 * gives the same bytes, whatever the number of threads.
 */
export const fitModelTask: ComputeTask<'fitModel'> = async (input, report, thread) => {
  const rows = learningRows(await readFeatureFile(input.trainingPath), input.classes);
  const { features, labels, groups, folds } = rows;
  const spliced = rows.source.isSpliced;
  const { model, smoothing, warnings, measures } = fitCalibrated(input.setting, {
    features,
    labels,
    classCount: input.classes.length,
    classNames: input.classes.map((px) => `${px}p`),
    groups,
    folds,
    spliced,
    // Searches that an earlier version started have no dwellSeconds: their models have no smoothing.
    smoothing:
      typeof input.dwellSeconds === 'number'
        ? {
            windows: windowSequence(rows, input.windowSeconds),
            dwellSeconds: input.dwellSeconds,
            isAutomatic: input.dwellIsAutomatic ?? false,
          }
        : null,
    wrongShare: input.wrongShare,
    seed: deriveSeed(input.seed, 'best-model'),
    crew: createThreadCrew(thread?.threads ?? 1, thread?.startHelper),
    signal: thread?.stop,
    onProgress: throttled((done, total) => report({ done, total })),
  });
  const domain =
    input.wrongShare === undefined
      ? null
      : fitDomain({ features, folds, groups, services: rows.source.services, spliced });
  await writeFile(
    input.modelPath,
    serialiseModel({
      model,
      setting: input.setting,
      classes: [...input.classes],
      trainingSha256: input.trainingSha256,
      seed: input.seed,
      ...(smoothing === null ? {} : { smoothing }),
      ...(measures === null || input.wrongShare === undefined
        ? {}
        : { leastConfidence: measures.leastConfidence.confidence }),
      ...(domain === null ? {} : { domain }),
      ...(input.captures && { captures: input.captures }),
      ...(measures === null
        ? {}
        : { metrics: { calibration: { ...measures, leastConfidence: { ...measures.leastConfidence } } } }),
    }),
  );
  const own = [...groups.keys()].filter((row) => spliced[row] === 0);
  const sessions = new Set(own.map((row) => groups[row]!)).size;
  return { warnings, rows: own.length, sessions, featureNames: features.featureNames };
};
