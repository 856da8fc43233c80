import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../common/project-root.js';
import { createRandom } from '../../../common/random.js';
import { scoresBySwitch } from '../../../learning/evaluation/by-switch.js';
import { evaluatePredictions } from '../../../learning/evaluation/evaluate.js';
import type { TimelineChartInput } from '../../../report/charts/timeline.js';
import type { ReportInput, ReportTrial } from '../../../report/report-input.js';

const folder = join(projectRoot(), 'test/golden/charts');
/** A simulated session. */
export const timeline = {
  ...(JSON.parse(readFileSync(join(folder, 'timeline-simulated.json'), 'utf8')) as TimelineChartInput),
  name: 'timeline-simulated.svg',
};

const classes = [240, 360, 480, 720, 1080];
const heldOut = (skill: number) => {
  const random = createRandom(5);
  const truth = Int32Array.from({ length: 300 }, (_, row) => Math.floor(row / 12) % 5);
  const raw = Array.from(truth, (label) =>
    classes.map((_, other) => 0.05 + random.uniform() + (other === label ? skill : 0)),
  );
  const probabilities = Float64Array.from(
    raw.flatMap((row) => row.map((value) => value / row.reduce((sum, other) => sum + other, 0))),
  );
  return {
    ...{ truth, probabilities, classes, seed: 1 },
    groups: truth.map((_, row) => Math.floor(row / 12)),
    unknown: Uint8Array.from(truth, (_, row) => Number(row % 9 === 0)),
  };
};
const evaluationOf = (skill: number) => evaluatePredictions(heldOut(skill));

const forest = {
  family: 'ml-random-forest',
  trees: 20,
  featureShare: 0.3,
  maxDepth: 12,
  minSamplesPerLeaf: 2,
  rowCap: 1500,
} as const;
const svm = { family: 'ml-svm', C: 10, sigma: 1, maxIterations: 3000, rowCap: 800 } as const;

const partial = (trial: number, setting: ReportTrial['setting']): ReportTrial => ({
  ...{ trial, setting, state: 'succeeded', reason: null, budgetShare: 1 / 3, folds: [], isBest: false },
  mean: { macroF1: 0.5 + trial / 50, accuracy: 0.6, logLoss: 1 },
  interval: { low: 0.4 + trial / 50, high: 0.6 + trial / 50 },
});

const importanceOf = (name: string, features: number, fall: number) => ({
  ...{ name, features, fall, low: fall - 0.01, high: fall + 0.02, logLossRise: 2 * fall },
});

const groupOf = (group: string, windows: number, accuracy: number) => ({
  ...{ group, windows, sessions: 4, accuracy, macroF1: accuracy - 0.1 },
  interval: { low: accuracy - 0.1, high: accuracy + 0.1 },
});

const segments = Array.from({ length: 900 }, (_, at) => ({
  ...{ seconds: at * 0.4, bytes: 20_000 + (at % 7) * 400_000, kind: at % 3 === 0 ? 'audio' : 'video' },
})) as NonNullable<TimelineChartInput['segments']>;

/** A report with every section. */
export const report: ReportInput = {
  runId: 'vqi-simulated-2026',
  finishedAt: '2026-01-31 12:00 UTC',
  origins: ['simulated'],
  verdict: ['Learnt from 30 sessions.', 'Right in 7 of 10 windows.', 'Never trust it above 1080p.'],
  sessions: {
    answers: [
      {
        ...{ sessionId: 'evening', captureName: 'one.pcap', service: 'netflix', clientAddress: '10.0.0.2' },
        ...{ beganMs: Date.UTC(2026, 0, 31, 12), seconds: 372.4, windows: 38, resolutionPx: 720 },
        ...{ resolutionShare: 0.75, switches: 3, confidence: 0.812, unknownShare: 0.1 },
        ...{ unknownKind: 'low confidence', unknownReason: 'confidence 0.3 is below 0.5', note: null },
      },
    ],
    all: 40,
  },
  facts: [
    { name: 'Sessions', value: '40 (30 for the search, 10 held out)' },
    { name: 'Windows', value: '1,240 of 10 s' },
  ],
  warnings: ['ml-svm was trained on 800 of 820 rows (row cap)'],
  sources: {
    files: [{ name: 'one.pcap', content: '1,200 packets in 60 s', hash: '0123456789abcdef' }],
    total: 40,
  },
  cleaning: [{ step: 'resolutions off the ladder', removed: '12 rows', reason: '144p is not a rung' }],
  trials: [
    {
      trial: 1,
      setting: forest,
      state: 'succeeded',
      reason: null,
      budgetShare: 1,
      interval: { low: 0.66, high: 0.77 },
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
      budgetShare: 1,
      interval: null,
      folds: [{ fold: 0, macroF1: 0.66 }],
      mean: null,
      isBest: false,
    },
    ...[12, 16, 30].map((trees, at) => partial(3 + at, { ...forest, trees })),
  ],
  model: {
    description: 'the forest',
    choice: 'Trial 2 beat every baseline.',
    evaluation: evaluationOf(0.4),
    switches: [
      {
        name: 'model',
        scores: scoresBySwitch({
          ...heldOut(0.4),
          seconds: Float64Array.from({ length: 300 }, (_, row) => (row % 12) * 10 - 10),
        }),
      },
    ],
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
  importance: {
    ...{ windows: 300, heldOut: 300, repeats: 3, macroF1: 0.6, featuresLeft: 12 },
    groups: [importanceOf('media: recent media', 20, 0.3), importanceOf('network: throughput', 6, 0.05)],
    features: [
      importanceOf('120s_max_chunksize', 1, 0.2),
      importanceOf('total_throughput_down', 1, 0.02),
      importanceOf('my own column', 1, 0.01),
    ],
  },
  groups: [
    { kind: 'service', scores: [groupOf('netflix', 200, 0.7), groupOf('youtube', 100, 0.5)] },
    { kind: 'site', scores: [groupOf('a site with quite a long name', 150, 0.62), groupOf('lab', 150, 0.6)] },
  ],
  timelines: [
    {
      ...timeline,
      place: { name: 'worst', sessions: 20, right: 0.41 },
      startUs: 1_769_860_800_000_000,
      segments,
      throughput: timeline.rows.map(({ startSeconds }, at) => ({ startSeconds, kbps: 900 + 300 * (at % 5) })),
    },
  ],
  files: [{ path: 'runs/vqi-simulated-2026/model.json', content: 'the chosen model' }],
  reproduction: { configuration: { seed: 1 }, command: 'vqi start --config run.json' },
};
