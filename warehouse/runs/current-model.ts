import { DatasetError } from '../../common/dataset-error.js';
import { originsOf } from '../../schemas/data-origin.js';
import type { ModelStanding } from '../../schemas/model-standing.js';
import type { RunConfig } from '../../schemas/run-config.js';
import type { SqlRow, Warehouse } from '../core/warehouse.js';
import { modelNamed } from './stored-models.js';

const OF_DATASET = 'a dataset';

/**
 * Kind of the current run's model, in words: only models of one kind answer the same question about the same traffic.
 */
export async function modelKind(
  warehouse: Warehouse,
  { source, windows, features }: Pick<RunConfig, 'source' | 'windows' | 'features'>,
  classesPx: readonly number[],
): Promise<string> {
  const classes = classesPx.map((heightPx) => `${heightPx}p`).join(' ');
  if (source.kind === 'dataset')
    return `${OF_DATASET}${source.forCaptures ? ' for captures' : ''}; ${classes}; windows of ${windows.seconds} s`;
  const [found] = await warehouse.rows(
    "select string_agg(distinct service, ', ' order by service) as services from sessions where labelled_session is not null",
  );
  const services = typeof found?.['services'] === 'string' ? found['services'] : 'no service';
  const origins = originsOf(source).join(' and ') || 'real';
  const { families = ['Media'], groups = [], history } = features;
  const inputs = [...families, ...groups, ...(history === 'session' ? [] : [history])].join(' ');
  return `${origins} captures of ${services}; ${classes}; windows of ${windows.seconds} s; features ${inputs}`;
}

/** Hash of the sessions, with windows and labels, that judge the current run's model; null if none is held out. */
export async function judgeOf(warehouse: Warehouse, isOfCaptures: boolean): Promise<string | null> {
  const heldOut = "from predictions where split = 'held out' and true_px is not null";
  const contents = isOfCaptures
    ? `(select string_agg(distinct content_hash, ',' order by content_hash)
        from sessions join main.captures using (capture_id)
        where session_id in (select session_id ${heldOut}))`
    : "''";
  const [row] = await warehouse.rows(
    `select md5(${contents} || string_agg(concat_ws('|', session_id, window_index, true_px), ',' order by session_id, window_index)) as judge
    ${heldOut}`,
  );
  return typeof row?.['judge'] === 'string' ? row['judge'] : null;
}

const PROMOTED = 'promoted with vqi models promote';

/** A model of a run. */
export interface RunModel {
  readonly modelId: string;
  readonly kind: string | null;
  readonly isCurrent: boolean;
}

/** The models of a run, the latest last. */
export async function modelsOf(warehouse: Warehouse, runId: string): Promise<RunModel[]> {
  const rows = await warehouse.rows(
    'select model_id, kind, is_current from main.models where run_id = $run_id order by created_at',
    { run_id: runId },
  );
  return rows.map((row) => ({
    modelId: String(row['model_id']),
    kind: typeof row['kind'] === 'string' ? row['kind'] : null,
    isCurrent: row['is_current'] === true,
  }));
}

/**
 * Decides whether a run's model becomes the current one. To be called in a transaction.
 * @param replaced the models of the earlier run that the run replaces
 */
export async function decideCurrent(
  warehouse: Warehouse,
  runId: string,
  modelId: string,
  replaced: readonly RunModel[],
): Promise<ModelStanding> {
  const rows = await warehouse.rows(
    "select *, (metrics->>'macroF1')::double as macro_f1, (metrics->>'sessions')::integer as judged_by from main.models",
  );
  const isThis = (row: SqlRow): boolean => row['model_id'] === modelId && row['run_id'] === runId;
  const candidate = rows.find(isThis);
  if (candidate === undefined) throw new DatasetError(`run ${runId} has no model ${modelId}`);
  const of = { modelId, isForCaptures: !isOfTables(candidate) };
  // Decided by an earlier attempt, unless another model has taken its place since.
  if (typeof candidate['standing'] === 'string')
    return { ...of, isCurrent: candidate['is_current'] === true, why: candidate['standing'] };
  const current = rows.find((row) => row['is_current'] === true);
  const others = rows.filter((row) => !isThis(row) && row['kind'] !== null);
  const { becomes, why } = compare(candidate, current, others, replaced);
  await warehouse.run(
    'update main.models set standing = $why where model_id = $model_id and run_id = $run_id',
    { why, model_id: modelId, run_id: runId },
  );
  if (becomes) await setCurrent(warehouse, runId, modelId);
  return { ...of, isCurrent: becomes, why };
}

function compare(
  candidate: SqlRow,
  current: SqlRow | undefined,
  others: readonly SqlRow[],
  replaced: readonly RunModel[],
): { becomes: boolean; why: string } {
  if (replaced.some(({ isCurrent }) => isCurrent))
    return { becomes: true, why: 'its run replaces the run of the current model' };
  if (current === undefined)
    return { becomes: true, why: others.length === 0 ? 'the first model' : 'no model was current' };
  const name = String(current['model_id']);
  if (current['run_id'] === candidate['run_id'])
    return { becomes: true, why: `it takes the place of ${name}, of the same run` };
  const kind = String(candidate['kind']);
  const isFirst = [...others.map((row) => row['kind']), ...replaced.map((model) => model.kind)].every(
    (other) => other !== kind,
  );
  if (isFirst && current['is_promoted'] === true)
    return {
      becomes: false,
      why: `${name} was ${PROMOTED}, and is of another kind (${String(current['kind'])})`,
    };
  if (isFirst && isOfTables(candidate) && !isOfTables(current))
    return {
      becomes: false,
      why: `it learnt from a dataset, not for captures (--for-captures), and ${name} is for captures`,
    };
  if (isFirst)
    return isMadeUp(candidate) && !isMadeUp(current)
      ? { becomes: false, why: `it learnt from captures that were made, and ${name} from real ones` }
      : { becomes: true, why: `the first of its kind (${kind})` };
  if (current['kind'] !== candidate['kind'])
    return { becomes: false, why: `${name} is of another kind (${String(current['kind'])})` };
  if (candidate['judge'] === null || current['judge'] !== candidate['judge'])
    return {
      becomes: false,
      why: `${name} was evaluated on other held-out sessions: the two cannot be compared`,
    };
  const [of, than] = [candidate, current].map((row) => Number(row['macro_f1']));
  const scores = `macro-F1 ${of!.toFixed(3)} against ${than!.toFixed(3)} of ${name}, on the same ${String(candidate['judged_by'])} held-out sessions`;
  return of! > than!
    ? { becomes: true, why: `better: ${scores}` }
    : { becomes: false, why: `not better: ${scores}` };
}

/** Whether captures may lack columns that the model needs. */
function isOfTables({ kind }: SqlRow): boolean {
  return String(kind).startsWith(`${OF_DATASET};`);
}

function isMadeUp({ origins }: SqlRow): boolean {
  return Array.isArray(origins) && origins.length > 0;
}

/** Makes a model the current one, whatever its scores. @throws DatasetError naming the known models */
export async function promoteModel(warehouse: Warehouse, modelId: string): Promise<ModelStanding> {
  const runId = await modelNamed(warehouse, modelId);
  const why = PROMOTED;
  await setCurrent(warehouse, runId, modelId);
  await warehouse.run(
    'update main.models set standing = $why, is_promoted = true where model_id = $model_id and run_id = $run_id',
    { why, model_id: modelId, run_id: runId },
  );
  return { modelId, isCurrent: true, why };
}

/** Makes a model the current one, and says so of the one before. */
async function setCurrent(warehouse: Warehouse, runId: string, modelId: string): Promise<void> {
  await warehouse.run(
    `update main.models
      set is_current = false, is_promoted = false, standing = 'replaced by ' || $model_id
      where is_current and not (model_id = $model_id and run_id = $run_id)`,
    { model_id: modelId, run_id: runId },
  );
  await warehouse.run(
    'update main.models set is_current = true where model_id = $model_id and run_id = $run_id',
    { model_id: modelId, run_id: runId },
  );
}
