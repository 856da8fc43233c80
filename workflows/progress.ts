import { defineQuery, defineUpdate, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { failureReason } from './failure-reason.js';
import { setAttributes } from './run-attributes.js';

/** Result of the `progress` query of every workflow that has stages; each workflow adds its own fields. */
export interface Progress<Stage extends string = string> {
  stage: Stage;
  /** Why the workflow failed or was cancelled; null: it has not. */
  failed?: string | null;
}

/** What the query of this workflow answers. */
let answered: Progress | null = null;

/** `temporal workflow query --type progress`: the stage, counts of captures, trials or parts, and why the run failed. */
const progressQuery = defineQuery<Progress>('progress');

/**
 * Answers the `progress` query with this object, which the workflow updates.
 * @returns a function that sets the stage and shows `details` in the web UI, by default the name of the stage
 */
export function answerProgress<Stage extends string>(
  progress: Progress<Stage>,
): (stage: Stage, details?: string) => void {
  progress.failed = null;
  answered = progress;
  setHandler(progressQuery, () => progress, {
    description: 'the stage, counts of captures, trials or parts, and why the run failed',
  });
  let shownStage: Stage | null = null;
  return (stage, details = stage) => {
    if (stage !== shownStage) setAttributes({ stage });
    shownStage = stage;
    progress.stage = stage;
    setCurrentDetails(details);
  };
}

/** Does the work of a workflow. If it fails, the `progress` query says why, also after the end. */
export async function sayingWhy<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (answered !== null) answered.failed = failureReason(error);
    throw error;
  }
}

/** Stages of a search, and of fitting and publishing its best model. */
export type SearchStage =
  'planning' | 'searching' | 'fitting the best model' | 'evaluating' | 'reporting' | 'done';

/** Captures read so far; sizes are those of the files. */
export interface IngestProgress {
  done: number;
  total: number;
  bytesDone: number;
  bytesTotal: number;
  /** Ids of the child workflows that are reading a capture; their heartbeats have the details. */
  running: string[];
  /** Null until a file of this run was read. */
  bytesPerSecond: number | null;
  secondsLeft: number | null;
}

/** What a batch of captures has read so far, without what its running activity has. */
export interface BatchProgress {
  readonly captures: number;
  readonly bytes: number;
}

export const batchProgressQuery = defineQuery<BatchProgress>('progress');

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

/** Progress of a search. With successive halving, a trial is trained once in each step that it reaches. */
export interface SearchProgress {
  /** Scored trainings, of `total` expected if no more fail. */
  done: number;
  running: number;
  /** Trials whose last attempt failed. */
  failed: number;
  total: number;
  trials: number;
  /** Of the trial with the highest score on the largest share of its budget. */
  bestMacroF1: number | null;
  bestTrial: number | null;
  /** Share of its budget that its score used. */
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

/** State of a trial, or of its last attempt. */
export type TrialState = 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled';

/** One trial in the result of the `trials` query. */
export interface TrialStatus {
  readonly trial: number;
  readonly family: string;
  state: TrialState;
  /** Share of its budget in the current or last training. */
  share: number;
  /** Attempts with that budget, retries included. */
  attempts: number;
  /** Of its last score. */
  macroF1: number | null;
  reason: string | null;
}

/** `temporal workflow query --type trials`: one entry per trial. */
export const trialsQuery = defineQuery<TrialStatus[]>('trials');
/** `temporal workflow update execute --name retryTrials --input '{"trials": [3]}'`: runs failed trials again. */
export const retryTrialsUpdate = defineUpdate<{ queued: number[] }, [{ trials: number[] }]>('retryTrials');
/** `temporal workflow update execute --name addTrials --input '{"trials": 10}'`: adds trials to a running search. */
export const addTrialsUpdate = defineUpdate<{ added: number[] }, [unknown]>('addTrials');
