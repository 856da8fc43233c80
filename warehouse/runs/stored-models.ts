import type { ArtifactRef } from '../../schemas/artifact.js';
import { DatasetError } from '../../common/dataset-error.js';
import type { TrialSetting } from '../../schemas/search.js';
import type { Warehouse } from '../core/warehouse.js';

/** A model's file, as `models` names it. */
export type ModelFile = Pick<ArtifactRef, 'path' | 'sha256'>;

/** A model as `models` has it, and the configuration of the run that it comes from. */
export interface StoredModel<Config> {
  readonly modelId: string;
  readonly runId: string;
  readonly artifact: ModelFile;
  readonly classesPx: readonly number[];
  readonly setting: TrialSetting;
  readonly trainingRows: number;
  /** Its training rows, as the search has them; the file may be gone. Null where it is not known. */
  readonly trainingPath: string | null;
  readonly config: Config;
}

/** @param modelId null: the current model. @throws DatasetError naming the models that there are. */
export async function findModel<Config>(
  warehouse: Warehouse,
  modelId: string | null,
): Promise<StoredModel<Config>> {
  const [row] = await warehouse.rows(
    `select *, input->'trainingSet'->'training'->>'path' as training_path
      from main.models join main.runs using (run_id) left join main.searches using (run_id)
      where if($model_id is null, is_current, model_id = $model_id) order by created_at desc limit 1`,
    { model_id: modelId },
  );
  if (row === undefined) {
    const known = await warehouse.rows('select distinct model_id from main.models order by model_id');
    const names =
      known.map((each) => String(each['model_id'])).join(', ') ||
      'none yet: vqi start makes one, from labelled captures or a dataset';
    throw new DatasetError(
      `there is no ${modelId === null ? 'current model' : `model ${modelId}`}; there are ${names}`,
    );
  }
  return {
    modelId: String(row['model_id']),
    runId: String(row['run_id']),
    artifact: { path: String(row['artifact_path']), sha256: String(row['artifact_sha256']) },
    classesPx: Array.isArray(row['classes_px']) ? row['classes_px'].map(Number) : [],
    setting: JSON.parse(String(row['setting'])) as TrialSetting,
    trainingRows: Number(row['training_rows']),
    trainingPath: typeof row['training_path'] === 'string' ? row['training_path'] : null,
    config: JSON.parse(String(row['config'])) as Config,
  };
}
