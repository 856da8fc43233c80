import type { ArtifactRef } from '../../schemas/artifact.js';
import type { RunConfig } from '../../schemas/run-config.js';
import type { TrialSpec } from '../../schemas/search.js';
import type { AuditResult } from '../computing/audits.js';
import type { TrialScore } from '../computing/trials.js';
import type { TrainingSetResult } from './runs.js';

/** All that a search, and what follows it, works on. */
export interface PreparedSearch {
  readonly runId: string;
  readonly config: RunConfig;
  readonly trainingSet: TrainingSetResult;
  readonly matrix: ArtifactRef;
  /** What was found on the way to the training set. */
  readonly audit: ArtifactRef;
  readonly gap: AuditResult['gap'];
  readonly warnings: readonly string[];
}

/** What one trial came to. */
export interface TrialRecord {
  readonly spec: TrialSpec;
  /** Part of its budget that it had. */
  readonly share: number;
  readonly attempts: number;
  readonly outcome:
    | { readonly state: 'completed'; readonly score: TrialScore }
    | { readonly state: 'failed' | 'cancelled'; readonly reason: string };
}

/** A scored trial, as far as choosing a model needs it. */
export interface RankedTrial {
  readonly spec: TrialSpec;
  readonly share: number;
  readonly macroF1: number;
  /** 95 %, over sessions; null where these are too few. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly warnings: readonly string[];
}

/** A search that has ended, and the trial in it that is to be tried again. */
export interface ReopenedSearch {
  readonly search: PreparedSearch;
  readonly spec: TrialSpec;
  readonly attempts: number;
  /** The other trials that have scores. */
  readonly others: readonly RankedTrial[];
  readonly bestTrial: number | null;
}
