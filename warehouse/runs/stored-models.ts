import { DatasetError } from '../../common/dataset-error.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import type { TrialSetting } from '../../schemas/search.js';
import type { Warehouse } from '../core/warehouse.js';
import { NO_BUILD } from './no-build.js';

/** A model's file. */
export type ModelFile = Pick<ArtifactRef, 'path' | 'sha256'>;

/** A row of `models`, with the configuration of its run. */
export interface StoredModel<Config> {
  readonly modelId: string;
  readonly runId: string;
  readonly artifact: ModelFile;
  readonly classesPx: readonly number[];
  readonly setting: TrialSetting;
  readonly trainingRows: number;
  /** The file with its training rows; it may no longer exist. Null if it is not known. */
  readonly trainingPath: string | null;
  readonly trainingSha256: string;
  readonly config: Config;
}

/** The error about a model that does not exist. @param modelId null: the current one */
export function noModel(modelId: string | null, known: readonly string[]): DatasetError {
  const missing = `there is no ${modelId === null ? 'current model' : `model ${modelId}`}`;
  return new DatasetError(
    known.length === 0
      ? `${missing}; known models: none yet: vqi start trains one, from labelled captures or a dataset`
      : `${missing}; known models: ${known.join(', ')}: name one of them, or make one current with vqi models promote`,
  );
}

/** @param modelId null: the current model. @throws DatasetError naming the known models. */
export async function findModel<Config>(
  warehouse: Warehouse,
  modelId: string | null,
): Promise<StoredModel<Config>> {
  const [row] = await warehouse.rows(
    `select *, input->'trainingSet'->'training'->>'path' as training_path
      from main.models join main.runs using (run_id) left join main.searches using (run_id)
      where if($model_id is null, is_current, model_id = $model_id) and ${NO_BUILD} order by created_at desc limit 1`,
    { model_id: modelId },
  );
  if (row === undefined) throw await noSuchModel(warehouse, modelId);
  return {
    modelId: String(row['model_id']),
    runId: String(row['run_id']),
    artifact: { path: String(row['artifact_path']), sha256: String(row['artifact_sha256']) },
    classesPx: Array.isArray(row['classes_px']) ? row['classes_px'].map(Number) : [],
    setting: JSON.parse(String(row['setting'])) as TrialSetting,
    trainingRows: Number(row['training_rows']),
    trainingPath: typeof row['training_path'] === 'string' ? row['training_path'] : null,
    trainingSha256: String(row['training_sha256']),
    config: JSON.parse(String(row['config'])) as Config,
  };
}

/** The run of the latest model with this id. @throws DatasetError naming the known models. */
export async function modelNamed(warehouse: Warehouse, modelId: string): Promise<string> {
  const [row] = await warehouse.rows(
    `select run_id from main.models where model_id = $model_id and ${NO_BUILD} order by created_at desc limit 1`,
    { model_id: modelId },
  );
  if (row === undefined) throw await noSuchModel(warehouse, modelId);
  return String(row['run_id']);
}

/** The error about a model that is not in the warehouse. @param modelId null: the current one */
export async function noSuchModel(warehouse: Warehouse, modelId: string | null): Promise<DatasetError> {
  const known = await warehouse.rows('select distinct model_id from main.models order by model_id');
  return noModel(
    modelId,
    known.map((each) => String(each['model_id'])),
  );
}
