import { writeFile } from 'node:fs/promises';
import { fitModel } from '../../domain/models/estimator.js';
import { deriveSeed } from '../../domain/models/random.js';
import { serialiseModel } from '../../domain/models/serialise.js';
import type { ComputeTask } from '../compute-thread.js';
import { readLearningRows } from './learning-rows.js';

/** Fits a setting on every training row and writes the model. The same input gives the same bytes. */
export const fitModelTask: ComputeTask<'fitModel'> = async (input, report) => {
  const { features, labels, groups, groupCount } = await readLearningRows(input.trainingPath, input.classes);
  const { model, warnings } = fitModel(input.setting, {
    features,
    labels,
    classCount: input.classes.length,
    groups,
    seed: deriveSeed(input.seed, 'best-model'),
    onProgress: (done, total) => report({ done, total }),
  });
  await writeFile(
    input.modelPath,
    serialiseModel({
      model,
      setting: input.setting,
      classes: [...input.classes],
      trainingSha256: input.trainingSha256,
      seed: input.seed,
    }),
  );
  return { warnings, rows: features.rows, sessions: groupCount, featureNames: features.featureNames };
};
