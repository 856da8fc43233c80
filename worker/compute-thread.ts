import type { MessagePort } from 'node:worker_threads';
import type { ComputeTaskName, ComputeTasks } from '../activities/compute.js';
import { crossValidateTask } from './tasks/cross-validate.js';
import { decodeCaptureTask } from './tasks/decode-capture.js';
import { fitModelTask } from './tasks/fit-model.js';
import { renderReportTask } from './tasks/render-report.js';
import { scoreModelTask } from './tasks/score-model.js';

/** A compute task as it is, off the event loop of the worker. */
export type ComputeTask<Name extends ComputeTaskName> = (
  input: ComputeTasks[Name]['input'],
  report: (progress: ComputeTasks[Name]['progress']) => void,
) => Promise<ComputeTasks[Name]['output']>;

export interface ThreadRequest {
  readonly name: ComputeTaskName;
  readonly input: unknown;
  readonly progress: MessagePort;
}

/** Errors cross threads as plain values: a structured clone would lose their names. */
export type ThreadAnswer =
  | { readonly ok: true; readonly output: never }
  | {
      readonly ok: false;
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
    };

const TASKS: { readonly [Name in ComputeTaskName]: ComputeTask<Name> } = {
  crossValidate: crossValidateTask,
  decodeCapture: decodeCaptureTask,
  fitModel: fitModelTask,
  renderReport: renderReportTask,
  scoreModel: scoreModelTask,
};

/** Entry of a compute thread. */
export default async function run({ name, input, progress }: ThreadRequest): Promise<ThreadAnswer> {
  try {
    const output = await TASKS[name](input as never, (details) => progress.postMessage(details));
    return { ok: true, output: output as never };
  } catch (error) {
    if (!(error instanceof Error))
      return { ok: false, name: 'Error', message: String(error), stack: undefined };
    return { ok: false, name: error.name, message: error.message, stack: error.stack };
  } finally {
    progress.close();
  }
}
