import type { ComputeTaskName } from '../../activities/computing/compute.js';
import { retryOf } from '../../common/vqi-error.js';
import { StopFlag } from '../../learning/fitting/stop-flag.js';
import type { ComputeTask, ThreadRequest, ThreadAnswer } from './compute-task.js';

/** The modules of a task are loaded with its first call: those for charts take a second to load. */
const TASKS: { readonly [Name in ComputeTaskName]: () => Promise<ComputeTask<Name>> } = {
  auditTrainingSet: async () => (await import('../tasks/audit-training-set.js')).auditTrainingSetTask,
  chooseTrial: async () => (await import('../tasks/choose-trial.js')).chooseTrialTask,
  crossValidate: async () => (await import('../tasks/cross-validate.js')).crossValidateTask,
  decodeCapture: async () => (await import('../tasks/decode-capture.js')).decodeCaptureTask,
  evaluatePooled: async () => (await import('../tasks/evaluate-pooled.js')).evaluatePooledTask,
  fitModel: async () => (await import('../tasks/fit-model.js')).fitModelTask,
  prepareMatrix: async () => (await import('../tasks/prepare-matrix.js')).prepareMatrixTask,
  readDataset: async () => (await import('../tasks/read-dataset-apart.js')).readDatasetApartTask,
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
    const { name: kind, message, stack } = error instanceof Error ? error : new Error(String(error));
    return { ok: false, name: kind, message, stack, retry: retryOf(error) };
  } finally {
    progress.close();
    helpers.close();
  }
}
