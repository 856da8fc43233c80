import { resolve } from 'node:path';
import { modelConfig, runModelWorkflow, type ModelOptions } from '../apply-model.js';

/** `vqi infer CAPTURE|FOLDER`: runs the workflow `inferSession` and prints the places of its timelines. */
export async function runInferCommand(capture: string, options: ModelOptions): Promise<void> {
  const config = { capture: resolve(capture), ...modelConfig(options) };
  await runModelWorkflow('inferSession', 'inference', config, options, ({ files }) =>
    files.map((file) => `${file}\n`).join(''),
  );
}
