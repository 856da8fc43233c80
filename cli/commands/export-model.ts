import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { treeModelToOnnx } from '../../domain/models/onnx/tree-ensemble-onnx.js';
import { deserialiseModel } from '../../domain/models/serialise.js';
import { isTreeModel } from '../../domain/models/trees/tree-model.js';
import { programVersion } from '../program-version.js';

/** `vqi export-model`: a saved tree model as an ONNX file. */
export async function runExportModelCommand(
  modelPath: string,
  { out }: { readonly out: string },
): Promise<void> {
  const saved = deserialiseModel(await readFile(modelPath, 'utf8'));
  const { model, classes, trainingSha256, seed } = saved;
  if (!isTreeModel(model)) throw new Error(`${model.family} cannot be exported: only models of trees can`);
  const bytes = treeModelToOnnx(model, {
    classes,
    producerVersion: programVersion(),
    metadata: { trainingSha256, seed: String(seed) },
  });
  const path = resolve(out);
  await writeFile(path, bytes);
  const { trees } = model.ensemble;
  process.stdout.write(
    `${model.family}, ${trees.length} trees, ${(bytes.length / 1e6).toFixed(1)} MB: ${path}\n`,
  );
}
