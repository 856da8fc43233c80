import { DatasetError } from '../../common/dataset-error.js';
import { fill, fillFromLines } from '../core/fill.js';
import type { Warehouse } from '../core/warehouse.js';

/** Longest line that is read: one log. */
const LONGEST_LOG_BYTES = 1 << 28;

/**
 * Loads players' logs into the run's table `player_logs`, one row for each log.
 * @param path a JSON object on each line (`worker/tasks/read-player-logs.ts`); null: no session has a log.
 */
export async function loadPlayerLogs(warehouse: Warehouse, path: string | null): Promise<void> {
  if (path === null) await fill(warehouse, 'player_logs', []);
  else await fillFromLines(warehouse, 'player_logs', path, LONGEST_LOG_BYTES);
}

/**
 * Fails if a log and its capture do not overlap in time: then the log has another clock, or belongs to another session.
 * @throws DatasetError naming log and capture, with the times of both.
 */
export async function requireOverlap(warehouse: Warehouse, runId: string): Promise<void> {
  const [apart] = await warehouse.rows(
    `with placed as (
      select
        log.path,
        log.time_text,
        source.capture_name,
        capture.first_us,
        capture.last_us,
        if(log.time_base = 'epoch', 0, capture.first_us) + list_min(list_transform(log.shown, lambda s: s.start_us)) as shown_us,
        if(log.time_base = 'epoch', 0, capture.first_us)
          + list_max(list_transform(log.shown, lambda s: coalesce(s.end_us, 4102444800000000))) as shown_until_us
      from player_logs as log
      join main.run_sources as source on source.run_id = $run_id and source.session_id = log.session_label
      join main.captures as capture using (capture_id)
      where len(log.shown) > 0
    )

    select
      path,
      time_text,
      capture_name,
      strftime(make_timestamp(first_us), '%Y-%m-%d %H:%M:%S') as first,
      strftime(make_timestamp(last_us), '%Y-%m-%d %H:%M:%S') as last,
      strftime(make_timestamp(shown_us), '%Y-%m-%d %H:%M:%S') as shown
    from placed
    where shown_us > last_us or shown_until_us < first_us
    order by path
    limit 1`,
    { run_id: runId },
    'compare player logs with captures',
  );
  if (apart === undefined) return;
  throw new DatasetError(
    `${String(apart['path'])}: the log (times read as ${String(apart['time_text'])}) begins at ${String(apart['shown'])} UTC, but ${String(apart['capture_name'])} lasts from ${String(apart['first'])} to ${String(apart['last'])}: they do not overlap; check the log's clock and session`,
  );
}
