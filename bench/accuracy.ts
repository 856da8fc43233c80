import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { macroF1Difference } from '../learning/evaluation/bootstrap.js';
import {
  confusionBySession,
  confusionMatrix,
  type ConfusionMatrix,
} from '../learning/evaluation/confusion.js';
import { accuracyOf, classReport } from '../learning/evaluation/metrics.js';
import { withWarehouse } from '../warehouse/core/open-warehouse.js';
import { evaluatedWindows, type EvaluatedWindows } from './evaluated-windows.js';
import { writeLearningSet } from './learning-files.js';
import { measure } from './measure.js';
import { learningPeer } from './peers.js';
import { table } from './results.js';

const SEED = 1;
/** Forests with different seeds, compared with each run: the score of a single forest is in part chance. */
const FORESTS = 8;
const forestsSchema = z.object({ predicted: z.array(z.array(z.number())).length(FORESTS) });

const command = new Command('bench:accuracy')
  .description(
    'compares the models of cross-evaluations, on windows that they have not seen, with a plain scikit-learn forest on the published segment features',
  )
  .argument('<run...>', 'ids of finished cross-evaluations of captures')
  .option('--home <folder>', 'folder of the runs', process.env['VQI_HOME'] ?? '.vqi')
  .parse(process.argv.slice(3), { from: 'user' });
const { home } = command.opts<{ home: string }>();

const folder = await mkdtemp(join(tmpdir(), 'vqi-accuracy-'));
try {
  const python = learningPeer();
  const rows: string[][] = [];
  for (const run of command.args) {
    process.stderr.write(`${run}\n`);
    const windows = await withWarehouse(join(home, 'warehouse.duckdb'), (warehouse) =>
      evaluatedWindows(warehouse, run),
    );
    writeLearningSet(folder, 'windows', { ...windows, groups: windows.parts });
    const { output } = await measure(python(['by-part', folder, `${FORESTS}`]));
    const plain = forestsSchema.parse(output).predicted.map((classes) => Int32Array.from(classes));
    rows.push(compared(run, windows, plain));
  }
  const columns = [
    'run',
    'sessions',
    'windows',
    'vqi',
    'plain forest',
    'difference of macro-F1 (95 % over sessions)',
  ];
  console.log(`macro-F1, accuracy in brackets\n\n${table(columns, rows)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function compared(run: string, windows: EvaluatedWindows, plain: readonly Int32Array[]): string[] {
  const { labels, sessions, predicted, classCount } = windows;
  const matrices = (classes: Int32Array) => confusionBySession(labels, classes, sessions, classCount);
  const scores = (models: readonly Int32Array[]): string => {
    const confusions = models.map((classes) => confusionMatrix(labels, classes, classCount));
    const mean = (of: (confusion: ConfusionMatrix) => number): string =>
      (confusions.reduce((sum, confusion) => sum + of(confusion), 0) / confusions.length).toFixed(3);
    return `${mean((confusion) => classReport(confusion).macroF1)} (${mean(accuracyOf)})`;
  };
  const difference = macroF1Difference(matrices(predicted), plain.map(matrices), SEED);
  const text = difference === null ? '' : `${difference.low.toFixed(3)} to ${difference.high.toFixed(3)}`;
  return [run, `${new Set(sessions).size}`, `${labels.length}`, scores([predicted]), scores(plain), text];
}
