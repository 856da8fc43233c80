import { readFile, writeFile } from 'node:fs/promises';
import { withLeads } from '../../learning/answers/baseline-leads.js';
import { baselinesOf } from '../../learning/answers/baselines.js';
import type { EvaluationReport } from '../../learning/answers/evaluation-report.js';
import {
  confusionRows,
  evaluationRows,
  leadRows,
  switchRows,
} from '../../learning/answers/evaluation-rows.js';
import { heldOutRows } from '../../learning/answers/held-out-rows.js';
import { learningRows, type LearningRows } from '../../learning/answers/learning-rows.js';
import { modelAnswers } from '../../learning/answers/model-answers.js';
import { predictionLines } from '../../learning/answers/prediction-lines.js';
import { summaryOf } from '../../learning/answers/score-summary.js';
import { scoresBySwitch } from '../../learning/evaluation/by-switch.js';
import { confusionBySession } from '../../learning/evaluation/confusion.js';
import { evaluatePredictions } from '../../learning/evaluation/evaluate.js';
import { likeliestClasses } from '../../learning/evaluation/metrics.js';
import {
  permutationImportance,
  type PermutationImportance,
} from '../../learning/evaluation/permutation-importance.js';
import { takeAt, takeRows } from '../../learning/fitting/feature-matrix.js';
import { deserialiseModel, type SavedModel } from '../../learning/saved/serialise.js';
import { groupOfColumn } from '../../schemas/features/feature-of-column.js';
import { WINDOW_ALONE } from '../../schemas/scores-of-the-model.js';
import { readFeatureFile } from '../../warehouse/features/feature-file.js';
import type { ComputeTask } from '../threads/compute-task.js';

/**
 * Measuring the importance predicts at most this many times as many rows as the scoring itself, or as many rows as take
 * some seconds.
 */
const IMPORTANCE_EFFORT = 20;
const QUICK_ROWS = 50_000;

/**
 * Predicts all windows. If there are labelled windows of held-out sessions, evaluates model and baselines on them, in total
 * and by the time since the resolution changed.
 */
export const scoreModelTask: ComputeTask<'scoreModel'> = async (input, report) => {
  const saved = deserialiseModel(await readFile(input.modelPath, 'utf8'));
  const { classes } = saved;
  const scoring = learningRows(await readFeatureFile(input.scoringPath), classes);
  report({ stage: 'predicting' });
  const predicted = modelAnswers(saved, scoring, input.windowSeconds);
  const { probabilities, alone } = predicted;

  report({ stage: 'evaluating' });
  const heldOut = heldOutRows(scoring, classes, input.seed);
  const predictions = [{ name: 'model', probabilities }];
  const unknownOf = (rows: Int32Array): Uint8Array =>
    Uint8Array.from(rows, (row) => Number(predicted.unknown[row] !== null));
  if (heldOut.rows.length > 0 && input.trainingPath !== null) {
    const training = learningRows(await readFeatureFile(input.trainingPath), classes);
    predictions.push(...baselinesOf(training, scoring, alone, classes.length, input.seed));
  }
  if (saved.smoothing !== undefined) predictions.push({ name: WINDOW_ALONE, probabilities: alone });
  await writeFile(
    input.predictionsPath,
    predictionLines(scoring, predicted, predictions.slice(1), classes, input.windowSeconds),
  );
  const measured =
    heldOut.rows.length === 0
      ? []
      : predictions.map(({ name, probabilities: of }) => ({
          name,
          evaluation: evaluatePredictions({
            ...heldOut.of(of),
            unknown: name === 'model' ? unknownOf(heldOut.rows) : undefined,
          }),
        }));
  const switching = heldOutRows(scoring, classes, input.seed, true);
  const seconds = Float64Array.from(switching.rows, (row) => scoring.source.sinceSwitchSeconds[row]!);
  const switches = seconds.every(Number.isNaN)
    ? []
    : predictions.map(({ name, probabilities: of }) => ({
        name,
        scores: scoresBySwitch({ ...switching.of(of), seconds }),
      }));
  const [model, ...others] = measured;
  const baselines = withLeads(
    others,
    predictions.map(({ name, probabilities: of }) => {
      const { truth, groups, probabilities: heldOutOf, classes: all } = heldOut.of(of);
      const likeliest = likeliestClasses(heldOutOf, all.length);
      return { name, bySession: confusionBySession(truth, likeliest, groups, all.length) };
    }),
    input.seed,
  );
  const evaluation: EvaluationReport = {
    model: model?.evaluation ?? null,
    baselines,
    switches,
    rows: [
      ...measured.flatMap(({ name, evaluation: of }) => evaluationRows(name, of)),
      ...leadRows(baselines),
    ],
    confusion: measured.flatMap(({ name, evaluation: of }) => confusionRows(name, of)),
    importance:
      input.trainingPath === null
        ? null
        : importanceOf(saved, scoring, input.seed, (stage) => report({ stage })),
    bySwitch: switches.flatMap(({ name, scores }) => switchRows(name, scores)),
  };
  await writeFile(input.evaluationPath, JSON.stringify(evaluation));
  return summaryOf(evaluation);
};

/** What the predictions for the held-out windows depend on; null if none has a class of the model. */
function importanceOf(
  { model, classes }: SavedModel,
  scoring: LearningRows,
  seed: number,
  onProgress: (stage: string) => void,
): PermutationImportance | null {
  const { features, labels, folds } = scoring;
  const rows = Int32Array.from(folds.keys()).filter((row) => folds[row] === -1 && labels[row]! >= 0);
  if (rows.length === 0 || features.columns === 0) return null;
  return permutationImportance({
    features: takeRows(features, rows),
    truth: takeAt(labels, rows),
    classCount: classes.length,
    predict: (matrix) => model.predictProbabilities(matrix),
    groups: features.featureNames.map(groupOfColumn),
    seed,
    mostPredictions: Math.max(QUICK_ROWS, IMPORTANCE_EFFORT * features.rows),
    onProgress,
  });
}
