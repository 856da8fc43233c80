import { identifier, runSchema } from '../warehouse/core/identifier.js';
import type { Warehouse } from '../warehouse/core/warehouse.js';
import type { LearningRows } from './learning-rows.js';

/** Published segment features that most captures have: sizes of the last ten and of all segments, requests, their gaps. */
const SEGMENT_FEATURES = [
  ...['50', '75', '85', '90'].flatMap((share) => [`10_chunksizes_${share}`, `allprev_chunksizes_${share}`]),
  ...['avg', 'std', 'min', 'max'].flatMap((statistic) => [
    `10_${statistic}_chunksize`,
    `allprev_${statistic}_chunksize`,
  ]),
  'ewma_chunksize',
  'cumsum_chunksizes',
  'n_prev_up_chunk',
  'n_prev_down_chunk',
  'up_down_ratio',
  'n_chunks_up',
  'n_chunks_down',
  'all_prev_up_chunk_iat_avg',
  'all_prev_up_chunk_iat_std',
  'all_prev_up_chunk_iat_50',
];

/** Labelled windows with the predictions of the model of the part that held them out; missing features are -1. */
export interface EvaluatedWindows extends Omit<LearningRows, 'groups'> {
  /** Predicted class index of each row. */
  readonly predicted: Int32Array;
  /** Part of the cross-evaluation that held each row out. */
  readonly parts: Int32Array;
  /** Session of each row; all sessions of one capture count as one. */
  readonly sessions: Int32Array;
}

/**
 * The windows on which a finished cross-evaluation of captures was evaluated.
 * @throws Error if the run has no parts
 */
export async function evaluatedWindows(warehouse: Warehouse, run: string): Promise<EvaluatedWindows> {
  const schema = identifier(runSchema(run));
  const found = await warehouse.rows(
    'select schema_name from information_schema.schemata where starts_with(schema_name, $prefix) order by all',
    { prefix: `${runSchema(run)}/part-` },
  );
  if (found.length === 0) throw new Error(`${run} is not a finished cross-evaluation in this warehouse`);
  const held = found.map(
    ({ schema_name: part }, number) =>
      `select distinct session_id, ${number} as part from ${identifier(String(part))}.predictions where split = 'held out'`,
  );
  const features = SEGMENT_FEATURES.map((name) => `coalesce(${identifier(name)}, -1)::double`);
  const rows = await warehouse.rows(`
    with held as (${held.join(' union all ')}),

    evaluated as (
      select
        prediction.true_px,
        -- Like evaluations, also for windows predicted as unknown: the likeliest rung, the lowest on a tie.
        list_sort(list_transform(map_entries(probabilities), lambda of: {cost: -of.value, px: of.key}))[1].px as likeliest_px,
        held.part,
        [${features.join(', ')}] as features,
        dense_rank() over (order by session_group) as session
      from ${schema}.predictions as prediction
      join held using (session_id)
      join ${schema}.feat_windows using (session_id, window_index)
      where prediction.true_px is not null
      order by session_id, window_index
    )

    select * from evaluated`);
  const ladder = [
    ...new Set(rows.flatMap((row) => [Number(row['true_px']), Number(row['likeliest_px'])])),
  ].sort((left, right) => left - right);
  const numbers = (name: string) => Int32Array.from(rows, (row) => Number(row[name]));
  const classes = (name: string) => numbers(name).map((rung) => ladder.indexOf(rung));
  return {
    rows: rows.length,
    columns: SEGMENT_FEATURES.length,
    values: Float64Array.from(rows.flatMap((row) => row['features'] as number[])),
    labels: classes('true_px'),
    classCount: ladder.length,
    predicted: classes('likeliest_px'),
    parts: numbers('part'),
    sessions: numbers('session'),
  };
}
