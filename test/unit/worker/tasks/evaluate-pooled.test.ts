import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { EvaluationReport, ScoreSummary } from '../../../../learning/answers/evaluation-report.js';
import { heldOutRows } from '../../../../learning/answers/held-out-rows.js';
import { windowSequence, type LearningRows } from '../../../../learning/answers/learning-rows.js';
import { predictionLines } from '../../../../learning/answers/prediction-lines.js';
import { evaluatePredictions } from '../../../../learning/evaluation/evaluate.js';
import { evaluatePooledTask } from '../../../../worker/tasks/evaluate-pooled.js';

interface Prediction {
  readonly group: string;
  readonly split?: string;
  readonly truth: number | null;
  readonly since: number | null;
  /** Probability of 240p; the rest is that of 720p. */
  readonly low: number;
}

describe('pooled predictions of several models', () => {
  it('are evaluated by the time since a switch, including windows with a switch', async () => {
    const rows: Prediction[] = [
      { group: 'a', truth: 240, since: null, low: 0.9 },
      { group: 'a', split: 'none', truth: 720, since: -4, low: 0.7 },
      { group: 'a', truth: 720, since: 6, low: 0.8 },
      { group: 'a', truth: 720, since: 16, low: 0.1 },
      { group: 'b', truth: 240, since: null, low: 0.6 },
      { group: 'b', split: 'none', truth: null, since: 25, low: 0.6 },
      { group: 'b', split: 'none', truth: 720, since: 35, low: 0.1 },
    ];
    const lines = rows.map(({ group, split = 'held out', truth, since, low }) => ({
      session_group: group,
      split,
      true_px: truth,
      since_switch_seconds: since,
      probabilities: { 240: low, 720: 1 - low },
    }));
    const { summary, report } = await pooled(lines);
    assert.equal(summary.windows, 4);
    assert.equal(summary.accuracy, 3 / 4);
    assert.deepEqual(
      summary.bySwitch.map(({ since, windows, accuracy }) => [since, windows, accuracy]),
      [
        ['none so far', 2, 1],
        ['in the window', 1, 0],
        ['0-10 s', 1, 0],
        ['10-30 s', 1, 1],
        ['30-40 s', 0, null],
        ['40 s on', 0, null],
      ],
    );
    assert.equal(report.bySwitch.length, 6);
  });

  it('give a resolution that a model does not know the probability 0', async () => {
    const line = { split: 'held out', since_switch_seconds: null };
    const baseline_px = { majority: 480 };
    const { summary, report } = await pooled([
      { ...line, session_group: 'a', true_px: 720, probabilities: { 240: 0.4, 480: 0.6 }, baseline_px },
      { ...line, session_group: 'b', true_px: 480, probabilities: { 480: 0.7, 720: 0.3 }, baseline_px },
    ]);
    assert.deepEqual(report.model?.classes, [240, 480, 720]);
    assert.deepEqual(report.model.confusion, [
      [0, 0, 0],
      [0, 1, 0],
      [0, 1, 0],
    ]);
    assert.equal(summary.accuracy, 1 / 2);
    // F1 of 480p: one right of two predictions, recall 1: 2 / 3; of 720p: 0.
    const even = { value: 0, interval: { low: 0, high: 0 } };
    assert.deepEqual(summary.baselines, [
      { name: 'majority', accuracy: 1 / 2, macroF1: 1 / 3, lead: { accuracy: even, macroF1: even } },
    ]);
  });

  it('are compared with the baselines that all models have', async () => {
    // The second model predicts each window alone, and its training rows allowed no decision tree.
    const of = (group: string, truth: number, baselines: Record<string, number>) => ({
      ...{ session_group: group, split: 'held out', true_px: truth, since_switch_seconds: null },
      ...{ probabilities: { 240: truth === 240 ? 0.9 : 0.1, 720: truth === 240 ? 0.1 : 0.9 } },
      baseline_px: baselines,
    });
    const { summary, report } = await pooled([
      of('a', 240, { majority: 240, 'decision-tree': 240, 'window-alone': 720 }),
      of('a', 720, { majority: 240, 'decision-tree': 240, 'window-alone': 720 }),
      of('b', 720, { majority: 240 }),
    ]);
    assert.deepEqual(
      summary.baselines.map(({ name, accuracy, lead }) => [name, accuracy, lead?.accuracy.value ?? null]),
      [
        ['majority', 1 / 3, 1 - 1 / 3],
        ['window-alone', 2 / 3, null],
      ],
    );
    assert.deepEqual(
      report.rows
        .filter(({ metric }) => metric === 'accuracy_lead_of_model')
        .map(({ model, value, low, high }) => [model, value, low, high]),
      // By session the model is right in all windows, the baseline in one of two, and in none.
      [['majority', 1 - 1 / 3, 1 / 2, 1]],
    );
  });

  it('of a single model give the scores of its own run, including windows that are predicted as unknown', async () => {
    const sessionIds = ['a', 'a', 'a', 'b', 'b'];
    const classes = [240, 720];
    // Two windows have no evidence: in captures the value is missing, in the published dataset it is 0.
    const values = Float64Array.of(8e5, NaN, 0, 1e5, 1e5);
    const probabilities = Float64Array.of(0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.9, 0.1, 0.4, 0.6);
    const unknown = new Float64Array(5).fill(NaN);
    const resolutionPx = Float64Array.of(720, 720, 720, 240, 240);
    const scoring: LearningRows = {
      features: { rows: 5, columns: 1, values, featureNames: ['10_avg_chunksize'] },
      labels: Int32Array.from(resolutionPx, (heightPx) => classes.indexOf(heightPx)),
      folds: new Int32Array(5).fill(-1),
      groups: Int32Array.of(0, 0, 0, 1, 1),
      groupCount: 2,
      source: {
        rows: 5,
        featureNames: ['10_avg_chunksize'],
        values,
        sessionIds,
        sessionGroups: sessionIds,
        windowIndex: Int32Array.of(0, 1, 2, 0, 1),
        startUs: unknown,
        resolutionPx,
        fold: new Float64Array(5).fill(-1),
        services: Array.from(unknown, () => ''),
        hasMedia: new Uint8Array(unknown.length).fill(1),
        isSpliced: new Uint8Array(unknown.length),
        sinceSwitchSeconds: unknown,
      },
    };
    const { hasEvidence } = windowSequence(scoring, 10);
    const alone = Float64Array.of(0.7, 0.3, 0.5, 0.5, 0.5, 0.5, 0.8, 0.2, 0.5, 0.5);
    const reasons = Array.from(hasEvidence, (has) =>
      has === 0 ? ({ kind: 'no media', reason: 'no media segment in sight' } as const) : null,
    );
    const predicted = { probabilities, alone, unknown: reasons };
    const majority = Float64Array.of(0.4, 0.6, 0.4, 0.6, 0.4, 0.6, 0.4, 0.6, 0.4, 0.6);
    const lines = predictionLines(
      scoring,
      predicted,
      [{ name: 'majority', probabilities: majority }],
      classes,
      10,
    )
      .trim()
      .split('\n');
    const predictions = lines.map((line, row) => ({
      ...(JSON.parse(line) as Record<'predicted_px' | 'alone_px' | 'alone_confidence', number | null> & {
        baseline_px: Record<string, number>;
      }),
      session_group: sessionIds[row],
      since_switch_seconds: null,
    }));
    assert.deepEqual(
      predictions.map((line) => line.predicted_px),
      [720, null, null, 240, 720],
    );
    assert.deepEqual(
      predictions.map((line) => [line.alone_px, line.alone_confidence]),
      [
        [240, 0.7],
        [null, null],
        [null, null],
        [240, 0.8],
        [240, 0.5],
      ],
    );
    assert.deepEqual(
      predictions.map((line) => line.baseline_px),
      Array(5).fill({ majority: 720 }),
    );
    const { report, summary } = await pooled(predictions);
    assert.deepEqual(
      summary.baselines.map(({ name, accuracy }) => [name, accuracy]),
      [['majority', 3 / 5]],
    );
    const ofRun = evaluatePredictions({
      ...heldOutRows(scoring, classes, 1).of(probabilities),
      unknown: Uint8Array.of(0, 1, 1, 0, 0),
    });
    // One of the three windows answered is wrong.
    assert.deepEqual(ofRun.answered, { answered: 3 / 5, wrong: 1 / 3 });
    assert.equal(ofRun.accuracy, 4 / 5);
    assert.deepEqual(report.model, JSON.parse(JSON.stringify(ofRun)));
  });
});

async function pooled(
  lines: readonly object[],
): Promise<{ summary: ScoreSummary; report: EvaluationReport }> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-pooled-'));
  try {
    const [predictionsPath, evaluationPath] = [
      join(folder, 'predictions.ndjson'),
      join(folder, 'evaluation.json'),
    ];
    writeFileSync(predictionsPath, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    const input = { predictionsPath, seed: 1, evaluationPath };
    const summary = await evaluatePooledTask(input, () => undefined);
    return { summary, report: JSON.parse(readFileSync(evaluationPath, 'utf8')) as EvaluationReport };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
