import { modelConfig, runModelWorkflow, type ModelOptions } from '../apply-model.js';
import { captureConfig, type CaptureOptions } from '../capture-config.js';

/** `vqi infer CAPTURE|FOLDER`: runs the workflow `inferSession` and prints what the viewer of each session saw. */
export async function runInferCommand(
  capture: string,
  options: ModelOptions & CaptureOptions,
): Promise<void> {
  const config = { ...modelConfig(options), ...captureConfig(capture, options) };
  await runModelWorkflow('inferSession', 'inference', config, options);
}
