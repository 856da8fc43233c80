import type { RequestThresholds } from '../../schemas/capture.js';
import type { SwitchScore } from '../../learning/evaluation/by-switch.js';
import type { Evaluation } from '../../learning/evaluation/evaluate.js';
import type { ReportInput } from '../../report/report-input.js';
import type { ColumnSkill } from '../../learning/evaluation/leak-check.js';
import type { LeakageGap } from '../../learning/evaluation/leakage-gap.js';
import type { CrossValidation } from '../../learning/search/cross-validate.js';
import type { TrialSetting } from '../../schemas/search.js';
import type { ConfusionRow, EvaluationRow, SwitchRow } from '../../warehouse/runs/publish.js';

/** CPU-bound work, done in worker threads: on the event loop it would stop the heartbeats. */
export interface ComputeTasks {
  decodeCapture: {
    /** Makes the folder, which must not be there; of the capture's file it reads the first `fileBytes`. */
    input: {
      capturePath: string;
      fileBytes: number;
      thresholds: RequestThresholds;
      anonymiseKey: Uint8Array | undefined;
      folder: string;
    };
    output: { contentHash: string; packets: number };
    /** Packets decoded, and bytes of the file that were read for them. */
    progress: { packets: number; bytesRead: number };
  };
  readDataset: {
    input: { path: string; outputPath: string };
    output: { format: string; compression: string | null; rows: number; notes: readonly string[] };
    progress: { stage: string; rows: number };
  };
  readPlayerLogs: {
    /** Resolutions off the ladder are errors. */
    input: {
      logs: readonly { readonly sessionId: string; readonly path: string }[];
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
      /** Bytes of a prepared matrix, shared among the threads. */
      matrix: SharedArrayBuffer;
      matrixSha256: string;
      setting: TrialSetting;
      /** Part of the training rows that it may see. */
      trainShare: number;
      classCount: number;
      foldCount: number;
      seed: number;
      /** Where scored folds are kept, and looked for. */
      checkpointPath: string;
    };
    /** `seconds` adds up the folds; `reused`: none of them was scored now. */
    output: CrossValidation & { trainRows: number; seconds: number; reused: boolean };
    /** `fit`: trees, rounds or pairs of the fold that is being scored. */
    progress: { foldsDone: number; fit?: { done: number; total: number } };
  };
  fitModel: {
    input: {
      trainingPath: string;
      trainingSha256: string;
      setting: TrialSetting;
      classes: readonly number[];
      windowSeconds: number;
      /** Mean time that a resolution plays, as is expected; null: every window is judged by itself. */
      dwellSeconds: number | null;
      seed: number;
      modelPath: string;
    };
    output: { warnings: readonly string[]; rows: number; sessions: number; featureNames: readonly string[] };
    progress: { done: number; total: number };
  };
  scoreModel: {
    input: {
      scoringPath: string;
      /** Rows that baselines are fitted on; null: none stand beside the model. */
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
    /** `baselines`: confusion matrices, added up over the parts. */
    input: {
      predictionsPath: string;
      baselines: readonly ConfusionRow[];
      seed: number;
      evaluationPath: string;
    };
    output: ScoreSummary;
    progress: { stage: string };
  };
  renderReport: {
    input: { data: ReportInput; folder: string };
    output: { files: readonly string[] };
    progress: { stage: string };
  };
}

/** What `audit` artifacts hold. */
export interface DatasetAudit {
  /** The best first. */
  readonly skills: readonly ColumnSkill[];
  /** Null where nothing is held out. */
  readonly gap: LeakageGap | null;
}

/** The headline figures on the held-out sessions; null where nothing labelled was held out. */
export interface ScoreSummary {
  readonly windows: number;
  readonly sessions: number;
  readonly accuracy: number | null;
  readonly accuracyInterval: readonly [number, number] | null;
  readonly macroF1: number | null;
  readonly macroF1Interval: readonly [number, number] | null;
  readonly macroAuc: number | null;
  readonly withinOneRung: number | null;
  readonly expectedCalibrationError: number | null;
  readonly expectedCalibrationErrorInterval: readonly [number, number] | null;
  /** What true confidences would stay below in 95 of 100 draws of as many sessions. */
  readonly expectedCalibrationErrorByChance: number | null;
  /** What simpler ways to answer reach on the same windows; empty where nothing labelled was held out. */
  readonly baselines: readonly {
    readonly name: string;
    readonly accuracy: number;
    readonly macroF1: number;
  }[];
  /** Windows with a change of resolution, and those after it, apart; empty where nothing changes. */
  readonly bySwitch: readonly SwitchScore[];
}

/** What `evaluation` artifacts hold: the model's and the baselines' measures, and the rows of the tables. */
export interface EvaluationReport {
  /** Null where no labelled session was held out. */
  readonly model: Evaluation | null;
  readonly baselines: readonly { readonly name: string; readonly evaluation: Evaluation }[];
  /** The model first; empty where no resolution changes. */
  readonly switches: readonly { readonly name: string; readonly scores: readonly SwitchScore[] }[];
  readonly rows: readonly EvaluationRow[];
  readonly confusion: readonly ConfusionRow[];
  readonly bySwitch: readonly SwitchRow[];
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
