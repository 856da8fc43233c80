import type { SkippedCapture } from '../../schemas/skipped-capture.js';
import { fill } from '../core/fill.js';
import type { Warehouse } from '../core/warehouse.js';

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
