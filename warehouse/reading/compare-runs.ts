import { runSchema } from '../../common/run-schema.js';
import { identifier } from '../core/identifier.js';
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
 * The labelled windows that neither of two runs was trained on. A window without an answer counts with its likeliest
 * resolution, as in the evaluation.
 */
export async function commonWindows(
  warehouse: Warehouse,
  first: string,
  second: string,
): Promise<ComparedWindows[]> {
  const predicted = (run: string): string => `(
    select
      session_id, window_index, true_px,
      map_keys(probabilities)[list_position(map_values(probabilities), list_max(map_values(probabilities)))] as likeliest_px
    from ${identifier(runSchema(run))}.predictions
    where split = 'held out' and true_px is not null
  )`;
  const rows = await warehouse.rows(
    `select
        session_id, one.true_px, one.likeliest_px as first_px, other.likeliest_px as second_px, count(*)::integer as windows
      from ${predicted(first)} as one
      join ${predicted(second)} as other using (session_id, window_index)
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
