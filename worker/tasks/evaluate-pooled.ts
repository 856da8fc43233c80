import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { withLeads } from '../../learning/answers/baseline-leads.js';
import type { EvaluationReport } from '../../learning/answers/evaluation-report.js';
import {
  confusionRows,
  evaluationRows,
  leadRows,
  switchRows,
} from '../../learning/answers/evaluation-rows.js';
import { summaryOf } from '../../learning/answers/score-summary.js';
import { scoresBySwitch } from '../../learning/evaluation/by-switch.js';
import { confusionBySession, summed, type ConfusionMatrix } from '../../learning/evaluation/confusion.js';
import { evaluatePredictions, type EvaluationInput } from '../../learning/evaluation/evaluate.js';
import { accuracyOf, classReport } from '../../learning/evaluation/metrics.js';
import type { EvaluationRow } from '../../schemas/evaluation-rows.js';
import { WINDOW_ALONE } from '../../schemas/scores-of-the-model.js';
import type { ComputeTask } from '../threads/compute-task.js';

const lineSchema = z.object({
  session_group: z.string(),
  split: z.string(),
  true_px: z.number().nullable(),
  /** Negative: the resolution changes in the window; null: it has not changed yet. */
  since_switch_seconds: z.number().nullable(),
  probabilities: z.record(z.string(), z.number()),
  /** By name; null if no baseline was fitted, absent in predictions of an earlier version. */
  baseline_px: z.record(z.string(), z.number()).nullish(),
  /** Absent in predictions of an earlier version. */
  unknown_reason: z.string().nullish(),
});

type Line = z.infer<typeof lineSchema>;
type LabelledLine = Line & { readonly true_px: number };

/**
 * Evaluates the pooled predictions of several models, each for its held-out sessions, in total and by the time since the
 * resolution changed. A class that a model does not know has probability 0 in its predictions.
 */
export const evaluatePooledTask: ComputeTask<'evaluatePooled'> = async (input) => {
  const text = await readFile(input.predictionsPath, 'utf8');
  const labelled = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => lineSchema.parse(JSON.parse(line)))
    .filter((row): row is LabelledLine => row.true_px !== null);
  const isHeldOut = (row: Line): boolean => row.split === 'held out';
  const heldOut = labelled.filter(isHeldOut);
  const heights = heldOut.flatMap((row) => [row.true_px, ...Object.keys(row.probabilities).map(Number)]);
  const classes = [...new Set(heights)].sort((a, b) => a - b);
  const judged = inputOf(heldOut, classes, input.seed);
  const model = evaluatePredictions(judged);
  // As in a run: windows with a change of resolution are in no split.
  const switching = labelled.filter((row) => isHeldOut(row) || (row.since_switch_seconds ?? 0) < 0);
  const seconds = Float64Array.from(switching, (row) => row.since_switch_seconds ?? NaN);
  const ofSwitching = [...new Set([...classes, ...switching.map((row) => row.true_px)])].sort(
    (a, b) => a - b,
  );
  const scores = seconds.every(Number.isNaN)
    ? []
    : scoresBySwitch({ ...inputOf(switching, ofSwitching, input.seed), seconds });
  const bySessionOf = (predictedPx: (row: LabelledLine) => number): ConfusionMatrix[] => {
    const predicted = Int32Array.from(heldOut, (row) => classes.indexOf(predictedPx(row)));
    return confusionBySession(judged.truth, predicted, judged.groups, classes.length);
  };
  const ofModel = { name: 'model', bySession: bySessionOf(likeliestPx) };
  const ofBaselines = baselineNames(heldOut).map((name) => ({
    name,
    bySession: bySessionOf((row) => row.baseline_px?.[name] ?? likeliestPx(row)),
  }));
  const baselines = withLeads(
    ofBaselines.map(({ name, bySession }) => {
      const confusion = summed(bySession);
      return { name, confusion, accuracy: accuracyOf(confusion), macroF1: classReport(confusion).macroF1 };
    }),
    [ofModel, ...ofBaselines],
    input.seed,
  );
  const evaluation: EvaluationReport = {
    model,
    baselines: [],
    switches: scores.length === 0 ? [] : [{ name: 'model', scores }],
    rows: [...evaluationRows('model', model), ...baselines.flatMap(baselineRows), ...leadRows(baselines)],
    confusion: [
      ...confusionRows('model', model),
      ...baselines.flatMap(({ name, confusion }) => confusionRows(name, { classes, confusion })),
    ],
    bySwitch: switchRows('model', scores),
  };
  await writeFile(input.evaluationPath, JSON.stringify(evaluation));
  return {
    ...summaryOf(evaluation),
    baselines: baselines.map(({ name, accuracy, macroF1, lead }) => ({ name, accuracy, macroF1, lead })),
  };
};

/**
 * The baselines that all models have. A model that predicts each window alone has no such baseline: its own predictions
 * are the same.
 */
function baselineNames(rows: readonly Line[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.baseline_px ?? {})))];
  return names.filter(
    (name) => name === WINDOW_ALONE || rows.every((row) => row.baseline_px?.[name] !== undefined),
  );
}

function likeliestPx({ probabilities }: Line): number {
  const heights = Object.keys(probabilities).map(Number);
  return heights.reduce((best, heightPx) =>
    (probabilities[heightPx] ?? 0) > (probabilities[best] ?? 0) ? heightPx : best,
  );
}

function inputOf(rows: readonly LabelledLine[], classes: readonly number[], seed: number): EvaluationInput {
  const numbers = new Map([...new Set(rows.map((row) => row.session_group))].map((group, at) => [group, at]));
  const probabilities = new Float64Array(rows.length * classes.length);
  for (const [at, row] of rows.entries())
    for (const [place, heightPx] of classes.entries())
      probabilities[at * classes.length + place] = row.probabilities[heightPx] ?? 0;
  return {
    truth: Int32Array.from(rows, (row) => classes.indexOf(row.true_px)),
    probabilities,
    classes,
    groups: Int32Array.from(rows, (row) => numbers.get(row.session_group)!),
    unknown: Uint8Array.from(rows, (row) => Number(typeof row.unknown_reason === 'string')),
    seed,
  };
}

function baselineRows(of: { name: string; accuracy: number; macroF1: number }): EvaluationRow[] {
  const row = (metric: string, value: number): EvaluationRow => ({
    model: of.name,
    metric,
    classPx: null,
    value,
    low: null,
    high: null,
  });
  return [row('accuracy', of.accuracy), row('macro_f1', of.macroF1)];
}
