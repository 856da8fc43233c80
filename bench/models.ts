import { mkdtemp, rm } from 'node:fs/promises';
import { arch, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { z } from 'zod';
import { sliceRows, writeLearningSet } from './learning-files.js';
import { learningRows } from './learning-rows.js';
import { measure, type Usage } from './measure.js';
import { modelTargets, type ModelMeasures, type Part } from './model-targets.js';
import { learningPeer } from './peers.js';
import { median, table } from './results.js';
import { SVM_GRID } from './svm-grid.js';

/** The published dataset's shape. */
const TRAIN_ROWS = 39_000;
const TEST_ROWS = 12_000;
const COLUMNS = 213;
const ONNX_ROWS = 10_000;
const PACKAGE_ROWS = 2000;
const SEED = 20;

const PARTS = ['forest', 'boosting', 'svm', 'package', 'onnx'] as const;
const { seeds, parts } = new Command('bench:models')
  .description(
    'compares the learning engines with scikit-learn, LightGBM, libsvm, ml-random-forest and onnxruntime',
  )
  .option('--seeds <n>', 'number of forests for the mean macro-F1', Number, 8)
  .option('--parts <names>', `parts to run: ${PARTS.join(',')}`, (text) => text.split(','), [...PARTS])
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ seeds: number; parts: string[] }>();

const fitsSchema = z.object({
  fits: z.array(z.object({ fitSeconds: z.number(), predictSeconds: z.number(), macroF1: z.number() })),
});
const svmSchema = z.object({
  fitSeconds: z.number(),
  predictSeconds: z.number(),
  probabilityFitSeconds: z.number().optional(),
  labels: z.array(z.array(z.number())),
});

const folder = await mkdtemp(join(tmpdir(), 'vqi-models-'));
const script = fileURLToPath(new URL('./vqi-learning.js', import.meta.url));
const own = (...args: string[]): readonly string[] => {
  const [what = '', ...others] = args;
  return [process.execPath, script, what, folder, ...others];
};
const python = learningPeer();
const peer = (...args: string[]): readonly string[] => {
  const [what = '', ...others] = args;
  return python([what, folder, ...others]);
};
const run = async (name: string, command: readonly string[]): Promise<Usage> => {
  process.stderr.write(`${name}\n`);
  return measure(command);
};

try {
  process.stderr.write(`generating ${TRAIN_ROWS} and ${TEST_ROWS} rows x ${COLUMNS}\n`);
  const all = learningRows(TRAIN_ROWS + TEST_ROWS, COLUMNS, SEED);
  writeLearningSet(folder, 'train', sliceRows(all, 0, TRAIN_ROWS));
  writeLearningSet(folder, 'test', sliceRows(all, TRAIN_ROWS, TRAIN_ROWS + TEST_ROWS));
  const measures: ModelMeasures = {};
  const rows: string[][] = [];
  const learners = async (what: Part, name: string, command: readonly string[], count: string) => {
    const used = await run(name, command);
    const { fits } = fitsSchema.parse(used.output);
    const score = fits.reduce((sum, fit) => sum + fit.macroF1, 0) / fits.length;
    const part = {
      fitSeconds: median(fits.map((fit) => fit.fitSeconds)),
      predictSeconds: median(fits.map((fit) => fit.predictSeconds)),
      peakBytes: used.peakBytes ?? NaN,
      macroF1: score,
    };
    measures[what] = part;
    rows.push([
      name,
      count,
      part.fitSeconds.toFixed(1),
      part.predictSeconds.toFixed(2),
      (part.peakBytes / 2 ** 20).toFixed(0),
      score.toFixed(4),
    ]);
  };
  if (parts.includes('forest')) {
    const what = `100 trees, mean of ${seeds} seeds`;
    await learners('forest', 'vqi random-forest', own('forest', `${seeds}`), what);
    await learners('sklearnForest', 'scikit-learn RandomForest', peer('forest', `${seeds}`), what);
  }
  if (parts.includes('boosting')) {
    const what = '100 rounds x 31 leaves';
    await learners('boosting', 'vqi gradient-boosting', own('boosting', '1'), what);
    await learners('histBoosting', 'scikit-learn HistGradientBoosting', peer('hist', '1'), what);
    await learners('lightgbm', 'LightGBM', peer('lightgbm', '1'), what);
  }
  if (parts.includes('svm')) {
    await run('scaling rows for libsvm', own('scale'));
    const grids = { one: [SVM_GRID[0]], grid: SVM_GRID } as const;
    for (const [name, grid] of Object.entries(grids)) {
      const ours = svmSchema.parse((await run(`vqi svm, ${name}`, own(`svm-${name}`))).output);
      const theirs = svmSchema.parse(
        (await run(`libsvm, ${name}`, peer('svc', JSON.stringify(grid)))).output,
      );
      const pairs = ours.labels.flatMap((labels, fit) =>
        labels.map((label, row) => label === theirs.labels[fit]?.[row]),
      );
      const same = pairs.filter(Boolean).length / pairs.length;
      measures[name === 'one' ? 'svm' : 'svmGrid'] = {
        ours: ours.fitSeconds,
        theirs: theirs.fitSeconds,
        theirsWithProbabilities: theirs.probabilityFitSeconds ?? NaN,
        sameLabels: same,
      };
      const fits = `${grid.length} ${grid.length === 1 ? 'fit' : 'fits'}, 5,000 rows`;
      for (const [who, used] of [
        ['vqi svm, with probabilities', ours],
        ['scikit-learn SVC, without', theirs],
      ] as const) {
        rows.push([who, fits, used.fitSeconds.toFixed(1), used.predictSeconds.toFixed(2), '', '']);
      }
    }
  }
  if (parts.includes('package')) {
    const { output } = await run('ml-random-forest', own('package-forest', `${PACKAGE_ROWS}`));
    const { packageTreeSeconds, forestSeconds } = z
      .object({ packageTreeSeconds: z.number(), forestSeconds: z.number() })
      .parse(output);
    measures.package = { treeSeconds: packageTreeSeconds, ourTreeSeconds: forestSeconds / 100 };
    rows.push(['vqi random-forest', '2,000 rows, 100 trees', forestSeconds.toFixed(2), '', '', '']);
    rows.push(['ml-random-forest', '2,000 rows, one tree', packageTreeSeconds.toFixed(2), '', '', '']);
  }
  if (parts.includes('onnx')) {
    const exported = await run('exporting models', own('export', `${ONNX_ROWS}`));
    const { names } = z.object({ names: z.array(z.string()) }).parse(exported.output);
    const { output } = await run('onnxruntime', peer('onnx', JSON.stringify(names), `${ONNX_ROWS}`));
    const { differences } = z.object({ differences: z.record(z.string(), z.number()) }).parse(output);
    measures.onnx = Object.entries(differences);
  }
  const [cpu] = cpus();
  console.log(
    [
      `${cpu?.model.trim() ?? arch()} x ${cpus().length}, Node ${process.versions.node}; ${TRAIN_ROWS} x ${COLUMNS} to learn from, ${TEST_ROWS} to predict, two threads; CPU seconds`,
      '',
      table(['engine', 'what', 'fit', 'predict', 'peak MiB', 'macro-F1'], rows),
      '',
      table(['target', 'allowed', 'measured', 'met'], modelTargets(measures)),
    ].join('\n'),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
