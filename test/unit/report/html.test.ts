import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { createRandom } from '../../../common/random.js';
import { evaluatePredictions } from '../../../learning/evaluation/evaluate.js';
import type { TimelineChartInput } from '../../../report/charts/timeline.js';
import { reportHtml } from '../../../report/html.js';
import type { ReportInput } from '../../../report/report-input.js';

const folder = join(projectRoot(), 'test/golden/charts');
const timeline = {
  ...(JSON.parse(readFileSync(join(folder, 'timeline-simulated.json'), 'utf8')) as TimelineChartInput),
  name: 'timeline-simulated.svg',
};

const classes = [240, 360, 480, 720, 1080];
const evaluationOf = (skill: number) => {
  const random = createRandom(5);
  const truth = Int32Array.from({ length: 300 }, (_, row) => Math.floor(row / 12) % 5);
  const raw = Array.from(truth, (label) =>
    classes.map((_, other) => 0.05 + random.uniform() + (other === label ? skill : 0)),
  );
  const probabilities = Float64Array.from(
    raw.flatMap((row) => row.map((value) => value / row.reduce((sum, other) => sum + other, 0))),
  );
  return evaluatePredictions({
    truth,
    probabilities,
    classes,
    groups: truth.map((_, row) => Math.floor(row / 12)),
    seed: 1,
  });
};

const forest = {
  family: 'ml-random-forest',
  trees: 20,
  featureShare: 0.3,
  maxDepth: 12,
  minSamplesPerLeaf: 2,
  rowCap: 1500,
} as const;
const svm = { family: 'ml-svm', C: 10, sigma: 1, maxIterations: 3000, rowCap: 800 } as const;

const report: ReportInput = {
  runId: 'vqi-simulated-2026',
  finishedAt: '2026-01-31 12:00 UTC',
  origins: ['simulated'],
  facts: [
    { name: 'Sessions', value: '40 (30 for the search, 10 held out)' },
    { name: 'Windows', value: '1,240 of 10 s' },
  ],
  warnings: ['ml-svm was trained on 800 of 820 rows (row cap)'],
  cleaning: [{ step: 'resolutions off the ladder', removed: '12 rows', reason: '144p is not a rung' }],
  trials: [
    {
      trial: 1,
      setting: forest,
      state: 'succeeded',
      reason: null,
      folds: [
        { fold: 0, macroF1: 0.71 },
        { fold: 1, macroF1: 0.68 },
        { fold: 2, macroF1: 0.74 },
      ],
      mean: { macroF1: 0.71, accuracy: 0.75, logLoss: 0.8 },
      isBest: true,
    },
    {
      trial: 2,
      setting: svm,
      state: 'failed',
      reason: 'max iterations reached on 320 rows of classes 0 and 1',
      folds: [{ fold: 0, macroF1: 0.66 }],
      mean: null,
      isBest: false,
    },
  ],
  model: {
    description: 'the forest',
    choice: 'Trial 2 beat every baseline.',
    evaluation: evaluationOf(0.4),
    switches: [],
  },
  baselines: [
    {
      name: 'Majority',
      evaluation: evaluationOf(0),
      lead: {
        accuracy: { value: 0.4, interval: { low: 0.31, high: 0.487 } },
        macroF1: { value: -0.02, interval: null },
      },
    },
  ],
  timelines: [{ ...timeline, place: { name: 'worst', sessions: 20, accuracy: 0.41 } }],
  files: [{ path: 'runs/vqi-simulated-2026/model.json', content: 'the chosen model' }],
};

describe('reportHtml', () => {
  it('is one page without scripts or requests', async () => {
    const page = await reportHtml(report);
    assert.equal(await reportHtml(report), page);
    assert.match(page, /^<!doctype html>/);
    assert.doesNotMatch(page, /<script|<link|<img|@import|\bsrc=|\bhref=/);
    assert.equal(page.match(/<figure aria-label="/g)?.length, 3);
    assert.equal(page.match(/<svg /g)?.length, 3);
    const save = process.env['VQI_SAVE_REPORT'];
    if (save) writeFileSync(save, page);
  });

  it('shows scores with baselines, trials with reasons, and that data are simulated', async () => {
    const page = await reportHtml(report);
    for (const text of [
      'Simulated data',
      'Majority',
      '+0.400 (95 % +0.310 to +0.487)',
      '-0.020',
      'max iterations reached on 320 rows of classes 0 and 1',
      'ml-svm was trained on 800 of 820 rows (row cap)',
      '144p is not a rung',
      'runs/vqi-simulated-2026/model.json',
      'The worst of 20 held-out sessions by the share of windows whose likeliest resolution is right, 41.0 %.',
      '3 unknown: no media segment in sight of this window.',
    ]) {
      assert.ok(page.includes(text), text);
    }
    assert.doesNotMatch(await reportHtml({ ...report, origins: [], timelines: [] }), /[Ss]imulated d/);
    assert.match(await reportHtml({ ...report, origins: ['spliced'] }), /Spliced data.*[Pp]ut together/);
  });

  it('tells reasons that differ only in their figures once', async () => {
    const [row] = timeline.rows;
    const unknown = (reason: string) => ({
      ...row!,
      predictedPx: null,
      unknown: { kind: 'low confidence' as const, reason },
    });
    const rows = ['no media', 'confidence 0.41 is below 0.6', 'confidence 0.52 is below 0.6'].map(unknown);
    const page = await reportHtml({ ...report, timelines: [{ ...timeline, place: null, rows }] });
    assert.ok(page.includes('3 unknown: 2 as confidence 0.41 is below 0.6; 1 as no media.'));
  });

  it('escapes all input text', async () => {
    const hostile = `"><img src=x onerror='alert(1)'>&lt;`;
    const trial = report.trials[1]!;
    const page = await reportHtml({
      ...report,
      runId: hostile,
      finishedAt: hostile,
      facts: [{ name: hostile, value: hostile }],
      warnings: [hostile],
      cleaning: [{ step: hostile, removed: hostile, reason: hostile }],
      trials: [{ ...trial, reason: hostile }],
      baselines: [{ ...report.baselines[0]!, name: hostile }],
      timelines: [
        {
          ...timeline,
          place: null,
          title: hostile,
          rows: timeline.rows.map((row) => ({
            ...row,
            unknown: { kind: 'low confidence' as const, reason: hostile },
          })),
        },
      ],
      files: [{ path: hostile, content: hostile }],
    });
    assert.doesNotMatch(page, /<img/);
    const tags = page.match(/<[a-z](?:[^>"]|"[^"]*")*>/g) ?? [];
    const outsideQuotes = tags.map((tag) => tag.replace(/"[^"]*"/g, ''));
    assert.ok(tags.length > 100 && outsideQuotes.every((tag) => !tag.includes('onerror')));
    assert.ok(page.includes('&quot;&gt;&lt;img src=x onerror=&apos;alert(1)&apos;&gt;&amp;lt;'));
  });

  it('leaves out what a run did not produce', async () => {
    const page = await reportHtml({
      ...report,
      model: null,
      trials: [],
      baselines: [],
      cleaning: [],
      warnings: [],
      files: [],
      timelines: [],
    });
    assert.doesNotMatch(page, /<h2>/);
  });
});
