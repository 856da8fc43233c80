import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { EvaluationReport } from '../../activities/compute.js';
import type { ConfusionMatrix } from '../../domain/evaluation/confusion.js';
import { evaluatePredictions } from '../../domain/evaluation/evaluate.js';
import { accuracyOf, classReport } from '../../domain/evaluation/metrics.js';
import type { ConfusionRow, EvaluationRow } from '../../warehouse/results.js';
import type { ComputeTask } from '../compute-thread.js';
import { confusionRows, evaluationRows } from './evaluation-rows.js';
import { summaryOf } from './score-summary.js';

const lineSchema = z.object({
  session_group: z.string(),
  true_px: z.number(),
  probabilities: z.record(z.string(), z.number()),
});

/**
 * Evaluates what several models said, each of sessions that it had not seen, as one: a class that a model does not know
 * has probability 0 in its answers.
 */
export const evaluatePooledTask: ComputeTask<'evaluatePooled'> = async (input) => {
  const text = await readFile(input.predictionsPath, 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => lineSchema.parse(JSON.parse(line)));
  const heights = rows.flatMap((row) => [row.true_px, ...Object.keys(row.probabilities).map(Number)]);
  const classes = [...new Set(heights)].sort((a, b) => a - b);
  const groups = [...new Set(rows.map((row) => row.session_group))];
  const numbers = new Map(groups.map((group, number) => [group, number]));
  const model = evaluatePredictions({
    truth: Int32Array.from(rows, (row) => classes.indexOf(row.true_px)),
    probabilities: Float64Array.from(
      rows.flatMap((row) => classes.map((heightPx) => row.probabilities[heightPx] ?? 0)),
    ),
    classes,
    groups: Int32Array.from(rows, (row) => numbers.get(row.session_group)!),
    seed: input.seed,
  });
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
    switches: [],
    rows: [...evaluationRows('model', model), ...baselines.flatMap(baselineRows)],
    confusion: [...confusionRows('model', model), ...input.baselines],
    bySwitch: [],
  };
  await writeFile(input.evaluationPath, JSON.stringify(evaluation));
  return { ...summaryOf(evaluation), baselines };
};

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
