import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { TrialStatus } from './trial-search.js';

export type PipelineStage =
  | 'planning'
  | 'reading the player logs'
  | 'ingesting'
  | 'reading the dataset'
  | 'building features'
  | 'building the training set'
  | 'looking for leaks'
  | 'searching'
  | 'fitting the best model'
  | 'evaluating'
  | 'reporting'
  | 'done';

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
  trials: { done: number; running: number; failed: number; total: number; bestMacroF1: number | null };
  warnings: string[];
}

export interface AnalysisProgress {
  stage: 'planning' | 'ingesting' | 'building features' | 'done';
  captures: IngestProgress;
}

/** `temporal workflow query --type progress`: stage, captures, trials, the best score so far. */
export const progressQuery = defineQuery<PipelineProgress>('progress');
/** The same of `analyseCapture`. */
export const analysisProgressQuery = defineQuery<AnalysisProgress>('progress');
/** `temporal workflow query --type trials`: one entry a trial. */
export const trialsQuery = defineQuery<TrialStatus[]>('trials');
/** `temporal workflow update execute --name retryTrials --input '{"trials": [3]}'`: failed trials, again. */
export const retryTrialsUpdate = defineUpdate<{ queued: number[] }, [{ trials: number[] }]>('retryTrials');
