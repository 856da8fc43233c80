import { ConfinedFiles } from '../activities/confined-files.js';
import { checkPlan } from '../activities/planning/check-plan.js';
import { checkDatasetColumns } from './check-dataset-columns.js';
import { pathsIn } from './path-keys.js';
import type { WorkerOptions } from './start-worker.js';

/** Checks the input of a workflow that a command is about to start; the paths in it are allowed. @throws the errors of its plan */
export async function checkRequest(
  type: string,
  input: unknown,
  { home, inputRoots }: Pick<WorkerOptions, 'home' | 'inputRoots'>,
): Promise<void> {
  const files = new ConfinedFiles(home, [...inputRoots, ...pathsIn(input).input]);
  await checkPlan(type, input, home, files).finally(() => files.buckets.close());
  if (type === 'videoQualityPipeline' || type === 'crossEvaluate') await checkDatasetColumns(input);
}
