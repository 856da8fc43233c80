import { existsSync } from 'node:fs';
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
import { requireUnchanged } from '../artifacts.js';
import { findModel, type ModelFile } from '../../warehouse/runs/stored-models.js';
import { originFlagsAt } from './origins-at.js';
import { splicedContent } from './spliced-content.js';

/** A model, and how captures are to be read for it. */
export interface InferencePlan {
  readonly modelId: string;
  /** Run that the model comes from. */
  readonly modelRunId: string;
  readonly model: ModelFile;
  /** Trained on a dataset, not on captures. */
  readonly isOfDataset: boolean;
  readonly setting: TrialSetting;
  readonly trainingRows: number;
  /** Rows that baselines are fitted on; null where they are gone. */
  readonly training: { readonly path: string } | null;
  readonly classesPx: readonly number[];
  readonly config: AnalyseCaptureConfig;
  /** Names the captures of the folder and their labels; null: they have none. */
  readonly sessionsFile: string | null;
  /** Resolutions that labels may have, the model's or not. */
  readonly ladder: readonly number[];
  /** Of the captures. */
  readonly origins: readonly DataOrigin[];
  /** Of what the model learnt from. */
  readonly modelOrigins: readonly DataOrigin[];
  readonly seed: number;
}

/**
 * The model that is asked; captures are read as those of the run that it comes from.
 * @throws DatasetError where there is no such model, InputFileError where its file is not what was written.
 */
export async function planInference(
  warehousePath: string,
  capture: string,
  asked: Omit<InferSessionConfig, 'capture'>,
  labels: Pick<EvaluateModelConfig, 'sessionsFile' | 'seed'> | null,
): Promise<InferencePlan> {
  const { service, anonymise, parallelCaptures } = asked;
  // What is wrong with a manifest is told before captures are read.
  await splicedContent(capture);
  const found = await withWarehouse(warehousePath, (warehouse) =>
    findModel<RunConfig>(warehouse, asked.model),
  );
  await requireUnchanged(
    `the model ${found.modelId}`,
    found.artifact,
    `name another of the table models, or let vqi retry-trial ${found.runId} TRIAL make it again`,
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
    training: trainingPath !== null && existsSync(trainingPath) ? { path: trainingPath } : null,
    classesPx,
    config: {
      capture,
      windows,
      segments,
      service: service ?? serviceOfRun,
      sessionGapSeconds,
      anonymise,
      parallelCaptures,
    },
    sessionsFile: labels?.sessionsFile ?? null,
    ladder: KNOWN_HEIGHTS_PX,
    origins: originsOf(originFlagsAt(capture)),
    modelOrigins: found.config.source.kind === 'captures' ? originsOf(found.config.source) : [],
    seed: labels?.seed ?? 1,
  };
}
