import { FEATURES } from '../../schemas/features.js';
import { numberOf } from '../core/row-values.js';
import type { Warehouse } from '../core/warehouse.js';

/** The features of one window, by name; null: it could not be observed. */
export interface WindowFeatures {
  readonly sessionId: string;
  /** From 0, in each session. */
  readonly index: number;
  /** Begin, milliseconds since 1970. */
  readonly startMs: number;
  readonly features: Readonly<Record<string, number | null>>;
}

/** All windows of the current run, by session and time. */
export async function windowFeatures(warehouse: Warehouse): Promise<WindowFeatures[]> {
  const rows = await warehouse.rows(
    'select * replace (start_us::double as start_us) from feat_windows order by session_id, window_index',
  );
  return rows.map((row) => ({
    sessionId: String(row['session_id']),
    index: Number(row['window_index']),
    startMs: Number(row['start_us']) / 1000,
    features: Object.fromEntries(FEATURES.map(({ name }) => [name, numberOf(row[name])])),
  }));
}
