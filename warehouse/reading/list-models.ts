import { textOf } from '../core/row-values.js';
import type { SqlRow, Warehouse } from '../core/warehouse.js';
import { NO_BUILD } from '../runs/no-build.js';
import { captureSources, datasetSources, type SourceRow } from '../runs/report-rows.js';
import { noSuchModel } from '../runs/stored-models.js';
import { runScore, type RunScore } from './run-score.js';
import { RUN_SOURCE } from './run-source.js';

/** A model as lists show it. */
export interface ListedModel {
  readonly modelId: string;
  readonly runId: string;
  readonly family: string;
  /** Origin, service, resolutions, windows and features; null: of a part of a cross-evaluation. */
  readonly kind: string | null;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** Folder or file that it learnt from. */
  readonly source: string | null;
  /** Null: no labelled session was held out. */
  readonly score: RunScore | null;
  /** It is used if no model is named. */
  readonly isCurrent: boolean;
  /** Why it is, is no longer, or never was, the current one; null until its run is finished. */
  readonly standing: string | null;
}

/** A model with everything that the warehouse knows of it. */
export interface ShownModel extends ListedModel {
  readonly trial: number;
  readonly setting: unknown;
  /** Why this trial was chosen, in words. */
  readonly choice: string | null;
  readonly isBaseline: boolean;
  readonly classesPx: readonly number[];
  readonly features: number;
  /** Of the captures that it learnt from: simulated, spliced; empty if they are real, or of a dataset. */
  readonly origins: readonly string[];
  readonly training: { readonly rows: number; readonly sessions: number; readonly sha256: string };
  /** Captures of its run, or the dataset. */
  readonly data: readonly SourceRow[];
  /** A ScoreSummary. */
  readonly evaluation: unknown;
  readonly artifactPath: string;
}

const LISTED = `
  select
    models.*, strftime(created_at, '%Y-%m-%dT%H:%M:%SZ') as made_at, runs.config as config, ${RUN_SOURCE} as source,
    config->'source'->>'path' as dataset
  from main.models
  left join main.runs using (run_id)`;

/** All models, the newest first. */
export async function listModels(warehouse: Warehouse): Promise<ListedModel[]> {
  const rows = await warehouse.rows(`${LISTED} where ${NO_BUILD} order by created_at desc, model_id`);
  return rows.map(listedModel);
}

/**
 * The latest model with this id.
 * @param modelId null: the current one
 * @throws DatasetError naming the known models
 */
export async function showModel(warehouse: Warehouse, modelId: string | null): Promise<ShownModel> {
  const [row] = await warehouse.rows(
    `${LISTED} where if($model_id is null, is_current, model_id = $model_id) order by created_at desc limit 1`,
    { model_id: modelId },
  );
  if (row === undefined) throw await noSuchModel(warehouse, modelId);
  const listed = listedModel(row);
  const dataset = textOf(row['dataset']);
  return {
    ...listed,
    trial: Number(row['trial']),
    setting: JSON.parse(String(row['setting'])) as unknown,
    choice: textOf(row['choice']),
    isBaseline: row['is_baseline'] === true,
    classesPx: Array.isArray(row['classes_px']) ? row['classes_px'].map(Number) : [],
    features: Number(row['feature_count']),
    origins: Array.isArray(row['origins']) ? row['origins'].map(String) : [],
    training: {
      rows: Number(row['training_rows']),
      sessions: Number(row['training_sessions']),
      sha256: String(row['training_sha256']),
    },
    data:
      dataset === null
        ? await captureSources(warehouse, listed.runId)
        : await datasetSources(warehouse, dataset),
    evaluation: JSON.parse(String(row['metrics'])) as unknown,
    artifactPath: String(row['artifact_path']),
  };
}

function listedModel(row: SqlRow): ListedModel {
  return {
    modelId: String(row['model_id']),
    runId: String(row['run_id']),
    family: String(row['family']),
    kind: textOf(row['kind']),
    madeAt: String(row['made_at']),
    source: textOf(row['source']),
    score: runScore(textOf(row['metrics']), textOf(row['family'])),
    isCurrent: row['is_current'] === true,
    standing: textOf(row['standing']),
  };
}
