import { existsSync } from 'node:fs';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { originsOf, type DataOrigin } from '../../schemas/data-origin.js';
import {
  KNOWN_HEIGHTS_PX,
  type AnalyseCaptureConfig,
  type EvaluateModelConfig,
  type InferSessionConfig,
  type RunConfig,
} from '../../schemas/run-config.js';
import type { TrialSetting } from '../../schemas/search.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { findModel, type ModelFile } from '../../warehouse/runs/stored-models.js';
import { requireUnchanged } from '../artifacts.js';
import type { ConfinedFiles } from '../confined-files.js';
import { originFlagsAt } from './origins-at.js';
import { splicedContent } from './spliced-content.js';

/** A model, and the settings for reading captures for it. */
export interface InferencePlan {
  readonly modelId: string;
  /** Run that the model comes from. */
  readonly modelRunId: string;
  readonly model: ModelFile;
  /** The model was trained on a dataset, not on captures. */
  readonly isOfDataset: boolean;
  readonly setting: TrialSetting;
  readonly trainingRows: number;
  /** Rows to fit the baselines on; null if the file is missing. */
  readonly training: Pick<ArtifactRef, 'path' | 'sha256'> | null;
  readonly classesPx: readonly number[];
  readonly config: AnalyseCaptureConfig;
  /** Lists the captures of the folder and their labels; null: there are no labels. */
  readonly sessionsFile: string | null;
  /** Resolutions that labels may have, also those that the model does not know. */
  readonly ladder: readonly number[];
  /** Of the captures. */
  readonly origins: readonly DataOrigin[];
  /** Of the captures that the model was trained on. */
  readonly modelOrigins: readonly DataOrigin[];
  readonly seed: number;
}

/**
 * Finds the model, and plans to read the captures with the settings of the run that the model comes from.
 * @throws DatasetError if there is no such model, InputFileError if its file is missing or has changed
 */
export async function inferencePlan(
  warehousePath: string,
  capture: string,
  settings: Omit<InferSessionConfig, 'capture' | 'join'> & Partial<Pick<InferSessionConfig, 'join'>>,
  labels: Pick<EvaluateModelConfig, 'sessionsFile' | 'seed'> | null,
  files: ConfinedFiles,
): Promise<InferencePlan> {
  const { service, strict, anonymise, parallelCaptures, join = 'none' } = settings;
  // Reports a damaged splicing manifest before captures are read.
  await splicedContent(capture, files);
  const found = await withWarehouse(warehousePath, (warehouse) =>
    findModel<RunConfig>(warehouse, settings.model),
  );
  await requireUnchanged(
    `the model ${found.modelId}`,
    found.artifact,
    `use another model of the table models, or rebuild this one with vqi retry-trial ${found.runId} TRIAL`,
  );
  const { windows, segments, sessionGapSeconds, service: serviceOfRun } = found.config;
  const { modelId, runId, artifact, setting, trainingRows, trainingPath, classesPx } = found;
  return {
    modelId,
    modelRunId: runId,
    model: artifact,
    isOfDataset: found.config.source.kind === 'dataset',
    setting,
    trainingRows,
    training:
      trainingPath !== null && existsSync(trainingPath)
        ? { path: trainingPath, sha256: found.trainingSha256 }
        : null,
    classesPx,
    config: {
      capture,
      windows,
      segments,
      service: service ?? serviceOfRun,
      sessionGapSeconds,
      strict,
      join,
      anonymise,
      parallelCaptures,
    },
    sessionsFile: labels?.sessionsFile ?? null,
    ladder: KNOWN_HEIGHTS_PX,
    origins: originsOf(await originFlagsAt(capture, files)),
    modelOrigins: found.config.source.kind === 'captures' ? originsOf(found.config.source) : [],
    seed: labels?.seed ?? 1,
  };
}
