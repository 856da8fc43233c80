import type { DatasetAudit, ScoreSummary } from '../../learning/answers/evaluation-report.js';
import type { TrainedOn } from '../../learning/saved/serialise.js';
import type { TrialChoice } from '../../learning/search/choose-trial.js';
import type { CrossValidation } from '../../learning/search/cross-validate.js';
import type { ReportInput } from '../../report/report-input.js';
import type { RequestThresholds } from '../../schemas/capture.js';
import type { ModelFamily, SearchConfig, TrialSetting } from '../../schemas/search.js';

/** CPU-bound work for worker threads: on the event loop it would block the heartbeats. */
export interface ComputeTasks {
  decodeCapture: {
    /** Creates `folder`, which must not exist; reads the first `bytes` bytes of each file of the capture. `name`: for people, if not that of the path. */
    input: {
      files: readonly { readonly path: string; readonly name?: string; readonly bytes: number }[];
      thresholds: RequestThresholds;
      anonymiseKey: Uint8Array | undefined;
      /** True: a file of several that cannot be read is an error. */
      strict?: boolean | undefined;
      folder: string;
    };
    output: { contentHash: string; packets: number };
    /** Packets decoded and bytes read so far. */
    progress: { packets: number; bytesRead: number };
  };
  readDataset: {
    /** `headOnly`: the output has the columns, but no rows. */
    input: { path: string; outputPath: string; headOnly?: boolean };
    output: {
      format: string;
      compression: string | null;
      rows: number;
      columns: readonly string[];
      notes: readonly string[];
    };
    progress: { stage: string; rows: number };
  };
  readPlayerLogs: {
    /** Resolutions that are not on the ladder are errors. */
    input: {
      /** `here`: where the bytes are, if not at the path. */
      logs: readonly { readonly sessionId: string; readonly path: string; readonly here?: string }[];
      ladder: readonly number[];
      outputPath: string;
    };
    output: { rows: number };
    progress: { done: number; total: number };
  };
  auditTrainingSet: {
    input: {
      trainingPath: string;
      scoringPath: string;
      classes: readonly number[];
      seed: number;
      auditPath: string;
    };
    output: DatasetAudit;
    progress: { stage: string };
  };
  prepareMatrix: {
    input: { trainingPath: string; classes: readonly number[]; matrixPath: string };
    output: { rows: number };
    progress: { stage: string };
  };
  crossValidate: {
    input: {
      /** Bytes of a prepared matrix, in memory that the threads share. */
      matrix: SharedArrayBuffer;
      matrixSha256: string;
      setting: TrialSetting;
      /** Share of the training rows to use. */
      trainShare: number;
      classCount: number;
      /** Absent in searches that an earlier version began. */
      classesPx?: readonly number[] | undefined;
      foldCount: number;
      seed: number;
      /** File of scored folds: read at the start, written after each fold. */
      checkpointPath: string;
    };
    /** `seconds` is the sum over the folds; `reused`: all folds came from the checkpoint file. */
    output: CrossValidation & { trainRows: number; seconds: number; reused: boolean };
    /** `fit`: trees, rounds or pairs of classes of the current fold. */
    progress: { foldsDone: number; fit?: { done: number; total: number } };
  };
  chooseTrial: {
    input: {
      /** Of the same matrix and folds; `foldsPath`: the checkpoint file of `crossValidate`, with all folds. */
      trials: readonly { readonly trial: number; readonly family: ModelFamily; readonly foldsPath: string }[];
      families: SearchConfig['families'];
      standardErrors: number;
      seed: number;
    };
    output: TrialChoice;
    progress: { stage: string };
  };
  fitModel: {
    input: {
      trainingPath: string;
      trainingSha256: string;
      setting: TrialSetting;
      classes: readonly number[];
      windowSeconds: number;
      /** Expected mean time between two changes of resolution; null: predictions are not smoothed. */
      dwellSeconds: number | null;
      /** True: with spliced sessions, another dwell time may be chosen. Absent in searches of an earlier version. */
      dwellIsAutomatic?: boolean;
      /** Wanted share of wrong answers among those given; absent in searches of an earlier version. */
      wrongShare?: number;
      /** Absent for a dataset. */
      captures?: TrainedOn;
      seed: number;
      modelPath: string;
    };
    output: { warnings: readonly string[]; rows: number; sessions: number; featureNames: readonly string[] };
    progress: { done: number; total: number };
  };
  scoreModel: {
    input: {
      scoringPath: string;
      /** Rows to fit the baselines on; null: no baselines. */
      trainingPath: string | null;
      modelPath: string;
      windowSeconds: number;
      seed: number;
      predictionsPath: string;
      evaluationPath: string;
    };
    output: ScoreSummary;
    progress: { stage: string };
  };
  evaluatePooled: {
    input: { predictionsPath: string; seed: number; evaluationPath: string };
    output: ScoreSummary;
    progress: { stage: string };
  };
  renderReport: {
    input: { data: ReportInput; folder: string };
    output: { files: readonly string[] };
    progress: { stage: string };
  };
}

export type ComputeTaskName = keyof ComputeTasks;

/** Runs compute tasks off the event loop. */
export interface Compute {
  run<Name extends ComputeTaskName>(
    name: Name,
    input: ComputeTasks[Name]['input'],
    hooks: { onProgress: (progress: ComputeTasks[Name]['progress']) => void; signal: AbortSignal },
  ): Promise<ComputeTasks[Name]['output']>;
}
