import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInBucket } from '../common/resolve-path.js';
import { retryOf } from '../common/vqi-error.js';
import { crossEvaluateConfigSchema } from '../schemas/run-config.js';
import { datasetRoles } from '../warehouse/datasets/dataset-columns.js';
import { readDatasetApartTask } from './tasks/read-dataset-apart.js';

/**
 * Reads the columns of a run's dataset as the run will, and checks that it has those with special roles.
 * @param input the configuration of a run or cross-evaluation, which has been checked
 * @throws DatasetError naming the key of the configuration, or what is wrong with the file
 */
export async function checkDatasetColumns(input: unknown): Promise<void> {
  const { source, split } = crossEvaluateConfigSchema.parse(input);
  // An object would be brought as a whole: the run will tell.
  if (source.kind !== 'dataset' || isInBucket(source.path)) return;
  const folder = await mkdtemp(join(tmpdir(), 'vqi-columns-'));
  try {
    const head = { path: source.path, outputPath: join(folder, 'head.parquet'), headOnly: true };
    const { columns } = await readDatasetApartTask(head, () => undefined);
    datasetRoles(columns, source, split.by);
  } catch (error) {
    // A full disk or a lost process says nothing about the dataset: the run will tell.
    if (retryOf(error) === 'never') throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
