import type { ArtifactRef } from '../../schemas/artifact.js';
import type { RunConfig } from '../../schemas/run-config.js';
import type { TrialSpec } from '../../schemas/search.js';
import type { AuditResult } from '../computing/audits.js';
import type { TrialScore } from '../computing/trials.js';
import type { TrainingSetResult } from './training-set.js';

/** Input of a search, and of fitting and publishing its best model. */
export interface PreparedSearch {
  readonly runId: string;
  readonly config: RunConfig;
  readonly trainingSet: TrainingSetResult;
  readonly matrix: ArtifactRef;
  /** Column skills and leakage gap of the training set. */
  readonly audit: ArtifactRef;
  readonly gap: AuditResult['gap'];
  readonly warnings: readonly string[];
}

/** Result of one trial. */
export interface TrialRecord {
  readonly spec: TrialSpec;
  /** Share of its budget that was used. */
  readonly share: number;
  readonly attempts: number;
  readonly outcome:
    | { readonly state: 'completed'; readonly score: TrialScore }
    | { readonly state: 'failed' | 'cancelled'; readonly reason: string };
}

/** A scored trial, with the data for the choice of a model. */
export interface RankedTrial {
  readonly spec: TrialSpec;
  readonly share: number;
  readonly macroF1: number;
  /** 95 % interval over sessions; null if there are too few. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** File with the predictions for each fold's sessions. */
  readonly foldsPath: string;
  readonly warnings: readonly string[];
}

/** An ended search, and the trial of it that runs again. */
export interface ReopenedSearch {
  readonly search: PreparedSearch;
  readonly spec: TrialSpec;
  readonly attempts: number;
  /** Whether the trial has a score, which a failed retry leaves as it is. */
  readonly isScored: boolean;
  /** The other trials that have scores. */
  readonly others: readonly RankedTrial[];
  readonly bestTrial: number | null;
  /** Names of the search attributes that the run can set; absent in runs of an earlier version. */
  readonly attributes?: readonly string[];
}
