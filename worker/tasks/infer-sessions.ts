import { readFile, writeFile } from 'node:fs/promises';
import { deserialiseModel } from '../../domain/models/serialise.js';
import type { ComputeTask } from '../compute-thread.js';
import { readLearningRows } from './learning-rows.js';
import { predictionLines } from './prediction-lines.js';

/** Predicts every window of sessions that are not labelled. */
export const inferSessionsTask: ComputeTask<'inferSessions'> = async (input) => {
  const { model, classes } = deserialiseModel(await readFile(input.modelPath, 'utf8'));
  const rows = await readLearningRows(input.featuresPath, classes);
  const probabilities = model.predictProbabilities(rows.features);
  await writeFile(input.predictionsPath, predictionLines(rows, probabilities, classes, input.windowSeconds));
  return { windows: rows.features.rows };
};
