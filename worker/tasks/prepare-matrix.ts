import { open } from 'node:fs/promises';
import { learningRows } from '../../learning/answers/learning-rows.js';
import { binFeatures } from '../../learning/models/trees/bin-features.js';
import { encodeMatrix } from '../../learning/search/prepared-matrix.js';
import { readFeatureFile } from '../../warehouse/features/feature-file.js';
import type { ComputeTask } from '../threads/compute-task.js';

/** Bins the training rows and writes them in the format of trials. */
export const prepareMatrixTask: ComputeTask<'prepareMatrix'> = async (input) => {
  const { features, labels, folds, groups, source } = learningRows(
    await readFeatureFile(input.trainingPath),
    input.classes,
  );
  const file = await open(input.matrixPath, 'w');
  try {
    const binned = binFeatures(features);
    const spliced = source.isSpliced;
    for (const part of encodeMatrix({ features, binned, labels, folds, groups, spliced }))
      await file.writeFile(part);
  } finally {
    await file.close();
  }
  return { rows: features.rows };
};
