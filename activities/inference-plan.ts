import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  KNOWN_HEIGHTS_PX,
  SIMULATION_FILE,
  type AnalyseCaptureConfig,
  type EvaluateModelConfig,
  type InferSessionConfig,
  type RunConfig,
} from '../schemas/run-config.js';
import type { TrialSetting } from '../schemas/search.js';
import { withWarehouse } from '../warehouse/connection.js';
import { findModel, type ModelFile } from '../warehouse/stored-models.js';

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
  readonly simulated: boolean;
  readonly seed: number;
}

/**
 * The model that is asked; captures are read as those of the run that it comes from.
 * @throws DatasetError where there is no such model.
 */
export async function planInference(
  warehousePath: string,
  capture: string,
  asked: Omit<InferSessionConfig, 'capture'>,
  labels: Pick<EvaluateModelConfig, 'sessionsFile' | 'seed'> | null,
): Promise<InferencePlan> {
  const { service, anonymise, parallelCaptures } = asked;
  const found = await withWarehouse(warehousePath, (warehouse) =>
    findModel<RunConfig>(warehouse, asked.model),
  );
  const { windows, segments, sessionGapSeconds, service: serviceOfRun } = found.config;
  const simulated = [resolve(capture), dirname(resolve(capture))].some((folder) =>
    existsSync(join(folder, SIMULATION_FILE)),
  );
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
    simulated,
    seed: labels?.seed ?? 1,
  };
}
