import { countText } from '../../common/count-text.js';
import type { Warehouse } from '../core/warehouse.js';

/** Most captures that are named. */
const MOST_NAMED = 10;

/** A warning for each capture of a run that ends early: where, why, and how many packets are before. */
export async function cutWarnings(warehouse: Warehouse, runId: string): Promise<string[]> {
  const rows = await warehouse.rows(
    `
    select distinct source.capture_name,
      -- A capture of the same content that was read before may have been plain.
      capture.compression <> 'none' or regexp_matches(source.capture_name, '\\.(gz|xz|zst)$', 'i') as is_packed,
      capture.cut_at_byte, capture.cut_reason, capture.packet_count
    from main.run_sources as source
    join main.captures as capture using (capture_id)
    where run_id = $run_id and capture.cut_at_byte is not null
    order by source.capture_name`,
    { run_id: runId },
  );
  const named = rows
    .slice(0, MOST_NAMED)
    .map(
      (row) =>
        `${String(row['capture_name'])} is cut at byte ${String(row['cut_at_byte'])}${row['is_packed'] === true ? ' of its unpacked content' : ''} (${String(row['cut_reason'])}): read before that: ${countText(Number(row['packet_count']), 'packet')}`,
    );
  const more = rows.length - named.length;
  return more === 0
    ? named
    : [...named, `cut too: ${countText(more, 'more capture')}; see cut_at_byte in the table captures`];
}
