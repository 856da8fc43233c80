import { runSchema } from '../../common/run-schema.js';
import { identifier } from '../core/identifier.js';
import { LIKELIEST_PX } from '../core/likeliest-px.js';
import type { Warehouse } from '../core/warehouse.js';

/** Confusion counts of two runs on the same windows: of one session, one truth, and one pair of predictions. */
export interface ComparedWindows {
  readonly session: string;
  readonly truePx: number;
  readonly firstPx: number;
  readonly secondPx: number;
  readonly windows: number;
}

/**
 * The labelled windows that neither of two runs was trained on: windows of the same length, of captures with the same content
 * or of the same dataset file. A window without an answer counts with its likeliest resolution, as in the evaluation.
 */
export async function commonWindows(
  warehouse: Warehouse,
  first: string,
  second: string,
): Promise<ComparedWindows[]> {
  const runs = [await evaluatedRun(warehouse, first), await evaluatedRun(warehouse, second)] as const;
  if (!runs.every((run) => run.isEvaluated) || runs[0].seconds !== runs[1].seconds) return [];
  const isOfCaptures = runs.every((run) => run.hasCaptures);
  if (!isOfCaptures && (runs[0].dataset === null || runs[0].dataset !== runs[1].dataset)) return [];
  const keys = isOfCaptures ? 'capture_id, client_address, service, start_us' : 'session_id, window_index';
  const predicted = (run: string): string => {
    const schema = identifier(runSchema(run));
    return `(
      select
        ${isOfCaptures ? `session_id, ${keys}` : keys}, true_px,
        ${LIKELIEST_PX} as likeliest_px
      from ${schema}.predictions as predictions
      ${isOfCaptures ? `join (select session_id, capture_id, client_address, service from ${schema}.sessions) using (session_id)` : ''}
      where split = 'held out' and true_px is not null
    )`;
  };
  const rows = await warehouse.rows(
    `select
        one.session_id, one.true_px, one.likeliest_px as first_px, other.likeliest_px as second_px, count(*)::integer as windows
      from ${predicted(first)} as one
      join ${predicted(second)} as other using (${keys})
      where one.true_px = other.true_px
      group by all
      order by all`,
  );
  return rows.map((row) => ({
    session: String(row['session_id']),
    truePx: Number(row['true_px']),
    firstPx: Number(row['first_px']),
    secondPx: Number(row['second_px']),
    windows: Number(row['windows']),
  }));
}

/** What decides whether windows of two runs are the same. */
async function evaluatedRun(
  warehouse: Warehouse,
  run: string,
): Promise<{ isEvaluated: boolean; hasCaptures: boolean; seconds: unknown; dataset: unknown }> {
  const tables = await warehouse.tables(runSchema(run));
  const [row] = await warehouse.rows(
    `select config->'windows'->>'seconds' as seconds, config->'source'->>'path' as dataset
      from main.runs where run_id = $run_id`,
    { run_id: run },
  );
  return {
    isEvaluated: tables.has('predictions'),
    hasCaptures: tables.has('sessions'),
    seconds: row?.['seconds'],
    dataset: row?.['dataset'] ?? null,
  };
}
