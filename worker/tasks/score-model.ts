import { readFile, writeFile } from 'node:fs/promises';
import type { EvaluationReport, ScoreSummary } from '../../activities/compute.js';
import { evaluatePredictions, type Evaluation } from '../../domain/evaluation/evaluate.js';
import { takeAt } from '../../domain/models/feature-matrix.js';
import { deserialiseModel } from '../../domain/models/serialise.js';
import type { ConfusionRow, EvaluationRow } from '../../warehouse/results.js';
import type { ComputeTask } from '../compute-thread.js';
import { baselinesOf } from './baselines.js';
import { readLearningRows, type LearningRows } from './learning-rows.js';
import { predictionLines } from './prediction-lines.js';

/** Predicts every window, and evaluates the labelled windows of the held-out sessions beside baselines. */
export const scoreModelTask: ComputeTask<'scoreModel'> = async (input, report) => {
  const saved = deserialiseModel(await readFile(input.modelPath, 'utf8'));
  const { classes } = saved;
  const scoring = await readLearningRows(input.scoringPath, classes);
  report({ stage: 'predicting' });
  const probabilities = saved.model.predictProbabilities(scoring.features);
  await writeFile(
    input.predictionsPath,
    predictionLines(scoring, probabilities, classes, input.windowSeconds),
  );

  report({ stage: 'evaluating' });
  const training = await readLearningRows(input.trainingPath, classes);
  const evaluate = (answers: Float64Array): Evaluation | null =>
    evaluateHeldOut(answers, scoring, classes, input.seed);
  const baselines = baselinesOf(training, scoring, probabilities, classes.length, input.seed).flatMap(
    ({ name, probabilities: answers }) => {
      const measured = evaluate(answers);
      return measured === null ? [] : [{ name, evaluation: measured }];
    },
  );
  const model = evaluate(probabilities);
  const all = [...(model === null ? [] : [{ name: 'model', evaluation: model }]), ...baselines];
  const evaluation: EvaluationReport = {
    model,
    baselines,
    rows: all.flatMap(({ name, evaluation: measured }) => evaluationRows(name, measured)),
    confusion: all.flatMap(({ name, evaluation: measured }) => confusionRows(name, measured)),
  };
  await writeFile(input.evaluationPath, JSON.stringify(evaluation));
  return summaryOf(model, baselines);
};

/** @param answers probabilities of every window, rows x classes */
function evaluateHeldOut(
  answers: Float64Array,
  scoring: LearningRows,
  classes: readonly number[],
  seed: number,
): Evaluation | null {
  const rows = Int32Array.from(scoring.folds.keys()).filter(
    (row) => scoring.folds[row] === -1 && scoring.labels[row]! >= 0,
  );
  if (rows.length === 0) return null;
  const columns = classes.length;
  const probabilities = new Float64Array(rows.length * columns);
  rows.forEach((row, at) =>
    probabilities.set(answers.subarray(row * columns, (row + 1) * columns), at * columns),
  );
  return evaluatePredictions({
    truth: takeAt(scoring.labels, rows),
    probabilities,
    classes,
    groups: takeAt(scoring.groups, rows),
    seed,
  });
}

function evaluationRows(model: string, evaluation: Evaluation): EvaluationRow[] {
  const overall = (
    metric: string,
    value: number | null,
    interval?: { low: number; high: number },
  ): EvaluationRow => ({
    model,
    metric,
    classPx: null,
    value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  });
  return [
    overall('windows', evaluation.rows),
    overall('sessions', evaluation.sessions),
    overall('accuracy', evaluation.accuracy, evaluation.intervals?.accuracy),
    overall('macro_f1', evaluation.macroF1, evaluation.intervals?.macroF1),
    overall('weighted_f1', evaluation.weightedF1),
    overall('macro_auc', evaluation.macroAuc),
    overall('macro_average_precision', evaluation.macroAveragePrecision),
    overall('log_loss', evaluation.logLoss),
    overall('within_one_rung', evaluation.withinOneRung),
    overall('mean_absolute_rung_error', evaluation.meanAbsoluteRungError),
    overall('expected_calibration_error', evaluation.expectedCalibrationError),
    ...evaluation.perClass.flatMap((scores) =>
      (['precision', 'recall', 'f1', 'support', 'auc', 'averagePrecision'] as const).map((metric) => ({
        model,
        metric: metric === 'averagePrecision' ? 'average_precision' : metric,
        classPx: scores.heightPx,
        value: scores[metric],
        low: null,
        high: null,
      })),
    ),
  ];
}

function confusionRows(model: string, evaluation: Evaluation): ConfusionRow[] {
  return evaluation.classes.flatMap((truePx, truth) =>
    evaluation.classes.map((predictedPx, predicted) => ({
      model,
      truePx,
      predictedPx,
      windows: evaluation.confusion[truth]?.[predicted] ?? 0,
    })),
  );
}

function summaryOf(model: Evaluation | null, baselines: EvaluationReport['baselines']): ScoreSummary {
  const accuracy = model?.intervals?.accuracy;
  const macroF1 = model?.intervals?.macroF1;
  return {
    windows: model?.rows ?? 0,
    sessions: model?.sessions ?? 0,
    accuracy: model?.accuracy ?? null,
    accuracyInterval: accuracy === undefined ? null : [accuracy.low, accuracy.high],
    macroF1: model?.macroF1 ?? null,
    macroF1Interval: macroF1 === undefined ? null : [macroF1.low, macroF1.high],
    macroAuc: model?.macroAuc ?? null,
    expectedCalibrationError: model?.expectedCalibrationError ?? null,
    baselines: baselines.map(({ name, evaluation: { accuracy: right, macroF1: score } }) => ({
      name,
      accuracy: right,
      macroF1: score,
    })),
  };
}
