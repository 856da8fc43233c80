import type { SkippedCapture } from '../../schemas/skipped-capture.js';
import { fill } from '../core/fill.js';
import type { SqlRow, Warehouse } from '../core/warehouse.js';

/** Fills the run's table `skipped_captures`. */
export async function loadSkippedCaptures(
  warehouse: Warehouse,
  skipped: readonly SkippedCapture[],
): Promise<void> {
  await fill(
    warehouse,
    'skipped_captures',
    skipped.map(({ sessionId, captureName, reason }) => ({
      session_id: sessionId,
      capture_name: captureName,
      reason,
    })),
  );
}

/** The captures that the current run left out. */
export async function skippedCaptures(warehouse: Warehouse): Promise<SkippedCapture[]> {
  const rows = await warehouse.rows('select * from skipped_captures order by session_id');
  return rows.map(skippedCapture);
}

export function skippedCapture(row: SqlRow): SkippedCapture {
  return {
    sessionId: String(row['session_id']),
    captureName: String(row['capture_name']),
    reason: String(row['reason']),
  };
}
