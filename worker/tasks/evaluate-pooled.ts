import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { EvaluationReport } from '../../learning/answers/evaluation-report.js';
import { confusionRows, evaluationRows, switchRows } from '../../learning/answers/evaluation-rows.js';
import { summaryOf } from '../../learning/answers/score-summary.js';
import { scoresBySwitch } from '../../learning/evaluation/by-switch.js';
import type { ConfusionMatrix } from '../../learning/evaluation/confusion.js';
import { evaluatePredictions, type EvaluationInput } from '../../learning/evaluation/evaluate.js';
import { accuracyOf, classReport } from '../../learning/evaluation/metrics.js';
import type { ConfusionRow, EvaluationRow } from '../../schemas/evaluation-rows.js';
import type { ComputeTask } from '../threads/compute-task.js';

const lineSchema = z.object({
  session_group: z.string(),
  split: z.string(),
  true_px: z.number().nullable(),
  /** Negative: the resolution changes in the window; null: it has not changed yet. */
  since_switch_seconds: z.number().nullable(),
  probabilities: z.record(z.string(), z.number()),
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
  const model = evaluatePredictions(inputOf(heldOut, classes, input.seed));
  // As in a run: windows with a change of resolution are in no split.
  const switching = labelled.filter((row) => isHeldOut(row) || (row.since_switch_seconds ?? 0) < 0);
  const seconds = Float64Array.from(switching, (row) => row.since_switch_seconds ?? NaN);
  const ofSwitching = [...new Set([...classes, ...switching.map((row) => row.true_px)])].sort(
    (a, b) => a - b,
  );
  const scores = seconds.every(Number.isNaN)
    ? []
    : scoresBySwitch({ ...inputOf(switching, ofSwitching, input.seed), seconds });
  const baselines = [...new Set(input.baselines.map((row) => row.model))].map((name) => {
    const confusion = matrixOf(
      input.baselines.filter((row) => row.model === name),
      classes,
    );
    return { name, accuracy: accuracyOf(confusion), macroF1: classReport(confusion).macroF1 };
  });
  const evaluation: EvaluationReport = {
    model,
    baselines: [],
    switches: scores.length === 0 ? [] : [{ name: 'model', scores }],
    rows: [...evaluationRows('model', model), ...baselines.flatMap(baselineRows)],
    confusion: [...confusionRows('model', model), ...input.baselines],
    bySwitch: switchRows('model', scores),
  };
  await writeFile(input.evaluationPath, JSON.stringify(evaluation));
  return { ...summaryOf(evaluation), baselines };
};

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

function matrixOf(rows: readonly ConfusionRow[], classes: readonly number[]): ConfusionMatrix {
  return classes.map((truePx) =>
    classes.map(
      (predictedPx) =>
        rows.find((row) => row.truePx === truePx && row.predictedPx === predictedPx)?.windows ?? 0,
    ),
  );
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
