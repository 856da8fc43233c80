import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { TrialStatus } from './trial-search.js';

export type PipelineStage =
  | 'planning'
  | 'ingesting'
  | 'building features'
  | 'building the training set'
  | 'searching'
  | 'fitting the best model'
  | 'evaluating'
  | 'reporting'
  | 'done';

/** What the `progress` query answers. */
export interface PipelineProgress {
  stage: PipelineStage;
  captures: { done: number; total: number };
  trials: { done: number; running: number; failed: number; total: number; bestMacroF1: number | null };
  warnings: string[];
}

/** `temporal workflow query --type progress`: stage, captures, trials, the best score so far. */
export const progressQuery = defineQuery<PipelineProgress>('progress');
/** `temporal workflow query --type trials`: one entry a trial. */
export const trialsQuery = defineQuery<TrialStatus[]>('trials');
/** `temporal workflow update execute --name retryTrials --input '{"trials": [3]}'`: failed trials, again. */
export const retryTrialsUpdate = defineUpdate<{ queued: number[] }, [{ trials: number[] }]>('retryTrials');
