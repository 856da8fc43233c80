import type { ArtifactRef } from '../../schemas/artifact.js';
import type { DataOrigin } from '../../schemas/data-origin.js';
import type { RunConfig } from '../../schemas/run-config.js';
import type { FirstTrials } from '../../schemas/search.js';
import type { RunSource } from '../../warehouse/runs/register-run.js';

/** One capture of a run, with its label. */
export interface CaptureSource {
  readonly sessionId: string;
  /** Absolute. */
  readonly path: string;
  /** Files that continue the capture, in the order of time, absolute; missing: there are none. */
  readonly furtherPaths?: readonly string[];
  /** Of all files. */
  readonly bytes: number;
  /** Time of the last change of a file, microseconds since the Unix epoch. */
  readonly modifiedUs: number;
  readonly site: string | null;
  readonly videoId: string | null;
  readonly homeId: string | null;
  readonly resolutionPx: number | null;
}

/** Log of the resolutions that the player of a session showed. */
export interface PlayerLogSource {
  readonly sessionId: string;
  /** Absolute. */
  readonly path: string;
}

/** The captures of a run that has too many for its history. */
export interface CaptureList {
  /** A JSON file with its captures, player logs and those left out. */
  readonly artifact: ArtifactRef;
  readonly captures: number;
  readonly bytes: number;
  readonly playerLogs: number;
}

/** A capture in the warehouse, with its label. */
export type IngestedSource = RunSource;

/** A run's configuration with every default filled in, and what follows from it. */
export interface RunPlan {
  readonly config: RunConfig;
  readonly ladder: readonly number[];
  readonly origins: readonly DataOrigin[];
  /** Empty for a dataset. */
  readonly sources: readonly CaptureSource[];
  /** Player logs of the sessions. */
  readonly playerLogs: readonly PlayerLogSource[];
  /** Has the captures and player logs instead if they are many. */
  readonly list?: CaptureList;
  /** Of the captures, and of settings that change nothing; missing in plans of earlier versions. */
  readonly warnings?: readonly string[];
  readonly bracket: FirstTrials;
  /** Rules that recognise services; null for a dataset. */
  readonly serviceRules: ArtifactRef | null;
}

/** One run for each part. */
export interface CrossEvaluationPlan {
  readonly config: RunConfig;
  readonly origins: readonly DataOrigin[];
  readonly parts: readonly RunConfig[];
}
