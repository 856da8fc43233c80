import { resolve } from 'node:path';
import type { JoinedFiles } from '../../schemas/run-config.js';
import { modelConfig, runModelWorkflow, type ModelOptions } from '../apply-model.js';

export interface InferOptions extends ModelOptions {
  readonly join?: JoinedFiles | undefined;
}

/** `vqi infer CAPTURE|FOLDER`: runs the workflow `inferSession` and prints what the viewer of each session saw. */
export async function runInferCommand(capture: string, options: InferOptions): Promise<void> {
  const config = {
    capture: resolve(capture),
    ...(options.join === undefined ? {} : { join: options.join }),
    ...modelConfig(options),
  };
  await runModelWorkflow('inferSession', 'inference', config, options);
}
