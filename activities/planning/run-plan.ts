import type { ArtifactRef } from '../../schemas/artifact.js';
import type { DataOrigin } from '../../schemas/data-origin.js';
import type { RunConfig } from '../../schemas/run-config.js';
import type { Bracket } from '../../schemas/search.js';
import type { RunSource } from '../../warehouse/runs/register-run.js';

/** One capture of a run, with its label. */
export interface CaptureSource {
  readonly sessionId: string;
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Time of the file's last change, microseconds since the Unix epoch. */
  readonly modifiedUs: number;
  readonly site: string | null;
  readonly videoId: string | null;
  readonly homeId: string | null;
  readonly resolutionPx: number | null;
}

/** A session's log of what its player showed. */
export interface PlayerLogSource {
  readonly sessionId: string;
  /** Absolute. */
  readonly path: string;
}

/** A capture that stands in the warehouse, with its label. */
export type IngestedSource = RunSource;
/** A run's configuration with every default filled in, and what follows from it. */
export interface RunPlan {
  readonly config: RunConfig;
  readonly ladder: readonly number[];
  readonly origins: readonly DataOrigin[];
  /** Empty for a dataset. */
  readonly sources: readonly CaptureSource[];
  /** What players of the sessions logged. */
  readonly playerLogs: readonly PlayerLogSource[];
  readonly bracket: Bracket;
  /** The rules that tell services apart; null for a dataset. */
  readonly serviceRules: ArtifactRef | null;
}

/** A run for every part. */
export interface CrossEvaluationPlan {
  readonly config: RunConfig;
  readonly origins: readonly DataOrigin[];
  readonly parts: readonly RunConfig[];
}
