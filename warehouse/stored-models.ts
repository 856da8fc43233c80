import type { ArtifactRef } from '../schemas/artifact.js';
import { DatasetError } from '../schemas/dataset-error.js';
import type { Warehouse } from './connection.js';
import { identifier } from './identifier.js';

/** A model's file, as `models` names it. */
export type ModelFile = Pick<ArtifactRef, 'path' | 'sha256'>;

/** A model as `models` has it, and the configuration of the run that it comes from. */
export interface StoredModel<Config> {
  readonly modelId: string;
  readonly runId: string;
  readonly artifact: ModelFile;
  readonly classesPx: readonly number[];
  readonly config: Config;
}

/** @param modelId null: the current model. @throws DatasetError naming the models that there are. */
export async function findModel<Config>(
  warehouse: Warehouse,
  modelId: string | null,
): Promise<StoredModel<Config>> {
  const [row] = await warehouse.rows(
    `select * from main.models join main.runs using (run_id)
      where if($model_id is null, is_current, model_id = $model_id) order by created_at desc limit 1`,
    { model_id: modelId },
  );
  if (row === undefined) {
    const known = await warehouse.rows('select distinct model_id from main.models order by model_id');
    const names = known.map((each) => String(each['model_id'])).join(', ') || 'none: a run makes one';
    throw new DatasetError(
      `there is no ${modelId === null ? 'current model' : `model ${modelId}`}; there are ${names}`,
    );
  }
  return {
    modelId: String(row['model_id']),
    runId: String(row['run_id']),
    artifact: { path: String(row['artifact_path']), sha256: String(row['artifact_sha256']) },
    classesPx: Array.isArray(row['classes_px']) ? row['classes_px'].map(Number) : [],
    config: JSON.parse(String(row['config'])) as Config,
  };
}

/**
 * Makes `inference_set`: the windows of the run with the inputs of a model, in its order.
 * @throws DatasetError naming the inputs that captures do not give.
 */
export async function buildInferenceSet(
  warehouse: Warehouse,
  featureNames: readonly string[],
): Promise<void> {
  const columns = await warehouse.rows(
    "select column_name from information_schema.columns where table_schema = current_schema() and table_name = 'feat_windows'",
  );
  const known = new Set(columns.map((row) => String(row['column_name'])));
  const missing = featureNames.filter((name) => !known.has(name));
  if (missing.length > 0) {
    throw new DatasetError(
      `the model needs ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}, which no capture gives: name a model that was trained on captures`,
    );
  }
  const features = featureNames.map((name) => identifier(name)).join(', ');
  await warehouse.run(`create or replace table inference_set as
    select null::integer as fold, session_id, session_id as session_group, window_index, start_us as window_start_us,
      null::integer as resolution_px${features === '' ? '' : `, ${features}`}
    from feat_windows order by session_id, window_index`);
}
