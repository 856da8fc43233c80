import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RandomForestClassifier } from 'ml-random-forest';
import { calibrate } from '../learning/calibration/calibrated-model.js';
import type { TemperatureScaling } from '../learning/calibration/temperature.js';
import { confusionMatrix } from '../learning/evaluation/confusion.js';
import { likeliestClasses, classReport } from '../learning/evaluation/metrics.js';
import { columnMedians, imputeMedians } from '../learning/fitting/imputation.js';
import { SharedWork } from '../learning/fitting/shared-work.js';
import { fitModel } from '../learning/models/estimator.js';
import { fitSvm } from '../learning/models/svm/fit-svm.js';
import { fitScaler, scaleValues } from '../learning/models/svm/scaler.js';
import { isTreeModel } from '../learning/models/trees/tree-model.js';
import { treeModelToOnnx } from '../learning/saved/onnx/tree-ensemble-onnx.js';
import { svmSettingSchema, trialSettingSchema } from '../schemas/search.js';
import { createThreadCrew } from '../worker/threads/thread-crew.js';
import { readLearningSet, type LearningSet } from './learning-files.js';
import { SVM_GRID } from './svm-grid.js';

/** One measurement of this project's engines, in a separate process: WHAT FOLDER ARGUMENT… */
const [what = '', folder = '', ...args] = process.argv.slice(2);
const THREADS = 2;
const THREAD_END_MS = 200;
const SVM_ROWS = 5000;

/** CPU seconds of the whole process, all threads. */
function cpuOf<Result>(work: () => Result): { seconds: number; result: Result } {
  const before = process.cpuUsage();
  const result = work();
  return { seconds: secondsSince(before), result };
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function macroF1(probabilities: Float64Array, { labels, classCount }: LearningSet): number {
  const predicted = likeliestClasses(probabilities, classCount);
  return classReport(confusionMatrix(labels, predicted, classCount)).macroF1;
}

async function trees(setting: unknown, seeds: number): Promise<object> {
  const train = readLearningSet(folder, 'train');
  const test = readLearningSet(folder, 'test');
  const fits: object[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const before = process.cpuUsage();
    const { model } = fitModel(trialSettingSchema.parse(setting), {
      ...train,
      seed,
      crew: createThreadCrew(THREADS),
    });
    // Wait for the crew's threads to end: their CPU time belongs to the fit, not to the prediction.
    await delay(THREAD_END_MS);
    const fitSeconds = secondsSince(before);
    const prediction = cpuOf(() => model.predictProbabilities(test.features));
    fits.push({
      fitSeconds,
      predictSeconds: prediction.seconds,
      macroF1: macroF1(prediction.result, test),
    });
  }
  return { fits };
}

function svm(grid: readonly { C: number; gamma: number }[]): object {
  const train = readLearningSet(folder, 'train', SVM_ROWS);
  const test = readLearningSet(folder, 'test', SVM_ROWS);
  const shared = new SharedWork();
  const { seconds, result: models } = cpuOf(() =>
    grid.map(({ C, gamma }) => {
      const setting = svmSettingSchema.parse({ family: 'svm', C, gamma });
      return fitSvm(setting, { ...train, seed: 1, shared }).model;
    }),
  );
  const prediction = cpuOf(() => models[0]!.predictByVote(test.features));
  const labels = models.map((model) => [...model.predictByVote(test.features)]);
  return { fitSeconds: seconds, predictSeconds: prediction.seconds, labels };
}

/** Writes the rows imputed and scaled, as support vector machines need them, for a peer. */
function scaleForPeers(): object {
  const train = readLearningSet(folder, 'train', SVM_ROWS).features;
  const test = readLearningSet(folder, 'test', SVM_ROWS).features;
  const medians = columnMedians(train);
  const imputed = imputeMedians(train, medians);
  const scales = fitScaler(imputed, train.columns);
  writeFileSync(join(folder, 'scaled-train.f64'), scaleValues(imputed, scales));
  writeFileSync(join(folder, 'scaled-test.f64'), scaleValues(imputeMedians(test, medians), scales));
  return {};
}

/** Fits one tree of the package ml-random-forest, and a forest of ours, on the same rows. */
function packageForest(rows: number): object {
  const train = readLearningSet(folder, 'train', rows);
  const { columns } = train.features;
  const values = imputeMedians(train.features, columnMedians(train.features));
  const nested = Array.from({ length: rows }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns)),
  );
  const theirs = cpuOf(() => {
    const maxFeatures = Math.floor(Math.sqrt(columns)) / columns;
    const forest = new RandomForestClassifier({
      nEstimators: 1,
      maxFeatures,
      seed: 1,
      noOOB: true,
      useSampleBagging: true,
      treeOptions: { gainThreshold: 0 },
    });
    forest.train(nested, [...train.labels]);
  });
  const setting = trialSettingSchema.parse({ family: 'random-forest' });
  const ours = cpuOf(() => fitModel(setting, { ...train, seed: 1 }));
  return { packageTreeSeconds: theirs.seconds, forestSeconds: ours.seconds };
}

/** Writes tree models in ONNX, and the probabilities that they predict here. */
function exportModels(rows: number): object {
  const train = readLearningSet(folder, 'train', 8000);
  const test = readLearningSet(folder, 'test', rows);
  const calibration: TemperatureScaling = {
    kind: 'temperature',
    version: 1,
    temperature: 1.3,
    floor: 1e-3,
    present: [0, 1, 2, 3, 4],
  };
  const names = ['random-forest', 'extra-trees', 'gradient-boosting', 'calibrated'];
  for (const name of names) {
    const isCalibrated = name === 'calibrated';
    const setting = trialSettingSchema.parse({ family: isCalibrated ? 'random-forest' : name });
    const { model } = fitModel(setting, { ...train, seed: 1 });
    if (!isTreeModel(model)) throw new Error(`${name} is not a tree model`);
    const bytes = treeModelToOnnx(model, {
      classes: [240, 360, 480, 720, 1080],
      producerVersion: 'bench',
      metadata: { trainingSha256: 'bench' },
      calibration: isCalibrated ? calibration : undefined,
    });
    writeFileSync(join(folder, `${name}.onnx`), bytes);
    const exported = isCalibrated ? calibrate(model, calibration) : model;
    writeFileSync(join(folder, `${name}.probabilities`), exported.predictProbabilities(test.features));
  }
  return { names };
}

async function measured(): Promise<object> {
  const [first = '1'] = args;
  switch (what) {
    case 'forest':
      return await trees({ family: 'random-forest', trees: 100 }, Number(first));
    case 'boosting':
      return await trees({ family: 'gradient-boosting', rounds: 100, maxLeaves: 31 }, Number(first));
    case 'svm-one':
      return svm(SVM_GRID.slice(0, 1));
    case 'svm-grid':
      return svm(SVM_GRID);
    case 'scale':
      return scaleForPeers();
    case 'package-forest':
      return packageForest(Number(first));
    case 'export':
      return exportModels(Number(first));
    default:
      throw new Error(`unknown measurement '${what}'`);
  }
}

console.log(JSON.stringify(await measured()));
