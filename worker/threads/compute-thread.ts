import type { MessagePort } from 'node:worker_threads';
import type { StopSignal } from '../../learning/fitting/fit-crew.js';
import { StopFlag } from '../../learning/fitting/stop-flag.js';
import type { ComputeTaskName, ComputeTasks } from '../../activities/computing/compute.js';
import type { StartHelper } from './helper-threads.js';

/** What a task is told of its place in the pool. */
export interface TaskThread {
  /** Asks the task to stop; a task may look at it or not. */
  readonly stop: StopSignal;
  /** Threads of the pool that were idle when the task was given, its own included. */
  readonly threads: number;
  /** Starts a thread that helps with a fit. */
  readonly startHelper: StartHelper;
}

/** A compute task as it is, off the event loop of the worker. */
export type ComputeTask<Name extends ComputeTaskName> = (
  input: ComputeTasks[Name]['input'],
  report: (progress: ComputeTasks[Name]['progress']) => void,
  thread?: TaskThread,
) => Promise<ComputeTasks[Name]['output']>;

export interface ThreadRequest {
  readonly name: ComputeTaskName;
  readonly input: unknown;
  readonly progress: MessagePort;
  /** Memory of the StopFlag. */
  readonly stop: SharedArrayBuffer;
  readonly threads: number;
  /** Takes what threads that help with a fit are started with. */
  readonly helpers: MessagePort;
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

/** Each task's modules are loaded with its first call: charts take a second that a decoder does not need. */
const TASKS: { readonly [Name in ComputeTaskName]: () => Promise<ComputeTask<Name>> } = {
  auditTrainingSet: async () => (await import('../tasks/audit-training-set.js')).auditTrainingSetTask,
  crossValidate: async () => (await import('../tasks/cross-validate.js')).crossValidateTask,
  decodeCapture: async () => (await import('../tasks/decode-capture.js')).decodeCaptureTask,
  evaluatePooled: async () => (await import('../tasks/evaluate-pooled.js')).evaluatePooledTask,
  fitModel: async () => (await import('../tasks/fit-model.js')).fitModelTask,
  prepareMatrix: async () => (await import('../tasks/prepare-matrix.js')).prepareMatrixTask,
  readDataset: async () => (await import('../tasks/read-dataset.js')).readDatasetTask,
  readPlayerLogs: async () => (await import('../tasks/read-player-logs.js')).readPlayerLogsTask,
  renderReport: async () => (await import('../tasks/render-report.js')).renderReportTask,
  scoreModel: async () => (await import('../tasks/score-model.js')).scoreModelTask,
};

/** Entry of a compute thread. */
export default async function run({
  name,
  input,
  progress,
  stop,
  threads,
  helpers,
}: ThreadRequest): Promise<ThreadAnswer> {
  try {
    const task = await TASKS[name]();
    const output = await task(input as never, (details) => progress.postMessage(details), {
      stop: new StopFlag(stop),
      threads,
      startHelper: (data) => helpers.postMessage(data, [data.results]),
    });
    return { ok: true, output: output as never };
  } catch (error) {
    if (!(error instanceof Error))
      return { ok: false, name: 'Error', message: String(error), stack: undefined };
    return { ok: false, name: error.name, message: error.message, stack: error.stack };
  } finally {
    progress.close();
    helpers.close();
  }
}
