import { defineQuery, defineUpdate } from '@temporalio/workflow';

/** Stages of a search and what follows it. */
export type SearchStage =
  'planning' | 'searching' | 'fitting the best model' | 'evaluating' | 'reporting' | 'done';

export type PipelineStage =
  | SearchStage
  | 'reading the player logs'
  | 'ingesting'
  | 'reading the dataset'
  | 'building features'
  | 'building the training set'
  | 'looking for leaks'
  | 'preparing the matrix';

/** How far the reading of captures has come; sizes are those of the files. */
export interface IngestProgress {
  done: number;
  total: number;
  bytesDone: number;
  bytesTotal: number;
  /** Ids of the child workflows that read one now; their heartbeats tell how far they are. */
  running: string[];
  /** Null until a file of this run was read. */
  bytesPerSecond: number | null;
  secondsLeft: number | null;
}

export function noIngestProgress(): IngestProgress {
  return {
    done: 0,
    total: 0,
    bytesDone: 0,
    bytesTotal: 0,
    running: [],
    bytesPerSecond: null,
    secondsLeft: null,
  };
}

/** What the `progress` query answers. */
export interface PipelineProgress {
  stage: PipelineStage;
  captures: IngestProgress;
  trials: SearchProgress;
  warnings: string[];
}

/** How far a search has come. With successive halving a trial is trained once in each step that it reaches. */
export interface SearchProgress {
  /** Trainings that came to a score, of `total` that there will be if no more fail. */
  done: number;
  running: number;
  /** Trials that failed last. */
  failed: number;
  total: number;
  trials: number;
  /** Of the trial that would be chosen now. */
  bestMacroF1: number | null;
  bestTrial: number | null;
  /** Part of its budget that its score is of. */
  bestShare: number | null;
}

export function noSearchProgress(): SearchProgress {
  return {
    done: 0,
    running: 0,
    failed: 0,
    total: 0,
    trials: 0,
    bestMacroF1: null,
    bestTrial: null,
    bestShare: null,
  };
}

/** What the `progress` query of `tuneModel` and `retryTrial` answers. */
export interface TuningProgress {
  stage: SearchStage;
  trials: SearchProgress;
  warnings: string[];
}

/** What the `progress` query of `crossEvaluate` answers; the runs of the parts have their own. */
export interface CrossEvaluationProgress {
  stage: 'planning' | 'running the parts' | 'evaluating' | 'reporting' | 'done';
  parts: { done: number; total: number; running: string | null };
  warnings: string[];
}

export interface AnalysisProgress {
  stage: 'planning' | 'ingesting' | 'building features' | 'done';
  captures: IngestProgress;
}

export interface InferenceProgress {
  stage:
    | 'planning'
    | 'reading the player logs'
    | 'ingesting'
    | 'building features'
    | 'inferring'
    | 'reporting'
    | 'done';
  captures: IngestProgress;
  warnings: string[];
}

/** `temporal workflow query --type progress`: stage, captures, trials, the one that leads. */
export const progressQuery = defineQuery<PipelineProgress>('progress');
/** The same of `analyseCapture`. */
export const analysisProgressQuery = defineQuery<AnalysisProgress>('progress');
/** The same of `crossEvaluate`. */
export const crossEvaluationProgressQuery = defineQuery<CrossEvaluationProgress>('progress');
/** The same of `inferSession` and `evaluateModel`. */
export const inferenceProgressQuery = defineQuery<InferenceProgress>('progress');
/** The same of `tuneModel` and `retryTrial`. */
export const tuningProgressQuery = defineQuery<TuningProgress>('progress');
/** `temporal workflow query --type trials`: one entry a trial. */
export const trialsQuery = defineQuery<TrialStatus[]>('trials');
/** `temporal workflow update execute --name retryTrials --input '{"trials": [3]}'`: failed trials, again. */
export const retryTrialsUpdate = defineUpdate<{ queued: number[] }, [{ trials: number[] }]>('retryTrials');
/** `temporal workflow update execute --name addTrials --input '{"trials": 10}'`: more trials for a search that runs. */
export const addTrialsUpdate = defineUpdate<{ added: number[] }, [unknown]>('addTrials');
/** `waiting`: for a place, or for its step's other trials. `completed`: scored, and out of the race or at its end. */
export type TrialState = 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled';
/** Where one trial stands, as the `trials` query tells it. */
export interface TrialStatus {
  readonly trial: number;
  readonly family: string;
  state: TrialState;
  /** Part of its budget that it has, or had last. */
  share: number;
  /** Attempts at that budget, those of retries too. */
  attempts: number;
  /** Of its last score. */
  macroF1: number | null;
  reason: string | null;
}
