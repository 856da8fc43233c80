import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isCalibrated } from '../../learning/calibration/calibrated-model.js';
import { isTreeModel } from '../../learning/models/trees/tree-model.js';
import { treeModelToOnnx } from '../../learning/saved/onnx/tree-ensemble-onnx.js';
import { deserialiseModel, type SavedModel } from '../../learning/saved/serialise.js';
import { programVersion } from '../program-version.js';

async function savedModel(path: string): Promise<SavedModel> {
  try {
    return deserialiseModel(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Error(
      `${path}: ${error instanceof Error ? error.message : String(error)}; name the model.json in the folder of a run (VQI_HOME/runs/RUN/model.json)`,
      { cause: error },
    );
  }
}

/** `vqi export-model`: writes a saved tree model as an ONNX file. */
export async function runExportModelCommand(
  modelPath: string,
  { out }: { readonly out: string },
): Promise<void> {
  const saved = await savedModel(modelPath);
  const { classes, trainingSha256, seed, smoothing } = saved;
  const calibration = isCalibrated(saved.model) ? saved.model.calibration : undefined;
  const model = isCalibrated(saved.model) ? saved.model.base : saved.model;
  if (!isTreeModel(model)) {
    // Measured: probabilities differ by 2.2e-6 at C 3 and 2,000 rows; those of trees by 4e-7.
    const why =
      model.family === 'svm'
        ? '; the SVMClassifier of ONNX adds up its kernels in float32, so that probabilities would differ by more than 1e-6'
        : '';
    throw new Error(
      `${model.family} cannot be exported: ONNX files are made of tree models only${why}. vqi infer takes every model`,
    );
  }
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
  const path = resolve(out);
  await writeFile(path, bytes);
  const { trees } = model.ensemble;
  process.stdout.write(
    `${model.family}, ${trees.length} trees${calibration === undefined ? '' : ', calibrated'}, ${(bytes.length / 1e6).toFixed(1)} MB: ${path}\n`,
  );
}
