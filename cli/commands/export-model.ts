import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { countText } from '../../common/count-text.js';
import { isCalibrated } from '../../learning/calibration/calibrated-model.js';
import { isTreeModel, TREE_FAMILIES } from '../../learning/models/trees/tree-model.js';
import { treeModelToOnnx } from '../../learning/saved/onnx/tree-ensemble-onnx.js';
import { deserialiseModel, type SavedModel } from '../../learning/saved/serialise.js';
import { listModels, showModel } from '../../warehouse/reading/list-models.js';
import { fromWarehouse } from '../from-warehouse.js';
import { localPath } from '../local-path.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { programVersion } from '../program-version.js';

export interface ExportModelOptions extends AnswerOptions {
  readonly out: string;
}

/** `vqi models export MODEL`: writes a model of trees as an ONNX file. */
export async function runExportModelCommand(
  modelId: string | undefined,
  options: ExportModelOptions,
): Promise<void> {
  const stored = await fromWarehouse((warehouse) => showModel(warehouse, modelId ?? null));
  const { classes, trainingSha256, seed, smoothing, ...saved } = await savedModel(stored.artifactPath);
  const calibration = isCalibrated(saved.model) ? saved.model.calibration : undefined;
  const model = isCalibrated(saved.model) ? saved.model.base : saved.model;
  if (!isTreeModel(model)) throw await notOfTrees(stored.modelId, model.family);
  const bytes = treeModelToOnnx(model, {
    classes,
    producerVersion: programVersion(),
    calibration,
    metadata: {
      trainingSha256,
      seed: String(seed),
      // The graph predicts single windows; with this, other programs can smooth them over a session.
      ...(smoothing === undefined ? {} : { smoothing: JSON.stringify(smoothing) }),
    },
  });
  const path = localPath(options.out);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  const answer = {
    ...{ modelId: stored.modelId, family: model.family, trees: model.ensemble.trees.length },
    ...{ isCalibrated: calibration !== undefined, bytes: bytes.length, path },
  };
  printAnswer(
    options,
    answer,
    () =>
      `${answer.family}, ${countText(answer.trees, 'tree')}${answer.isCalibrated ? ', calibrated' : ''}, ${(answer.bytes / 1e6).toFixed(1)} MB: ${path}\n`,
  );
}

async function savedModel(path: string): Promise<SavedModel> {
  try {
    return deserialiseModel(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Error(
      `${path}: ${error instanceof Error ? error.message : String(error)}; train the model again with vqi start`,
      { cause: error },
    );
  }
}

async function notOfTrees(modelId: string, family: string): Promise<Error> {
  // Measured: probabilities differ by 2.2e-6 at C 3 and 2,000 rows; those of trees by 4e-7.
  const why =
    family === 'svm'
      ? '; the SVMClassifier of ONNX adds up its kernels in float32, so that probabilities would differ by more than 1e-6'
      : '';
  const models = await fromWarehouse(listModels);
  const others = models.filter((model) => TREE_FAMILIES.some((name) => name === model.family));
  const here =
    others.length === 0
      ? 'this warehouse has no model of them'
      : `in this warehouse: ${[...new Set(others.map((other) => other.modelId))].join(', ')}`;
  return new Error(
    `${modelId} (${family}) cannot be exported: ONNX files are made of ${TREE_FAMILIES.join(', ')} only${why}\n${here}; vqi infer takes every model`,
  );
}
