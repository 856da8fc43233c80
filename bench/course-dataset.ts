import { join } from 'node:path';
import { Command } from 'commander';
import { writePublishedWindows } from '../test/published-windows.js';
import { quoteText } from '../warehouse/core/identifier.js';
import { withWarehouse } from '../warehouse/core/open-warehouse.js';

const { home, run, sessions, out } = new Command('course:dataset')
  .description(
    'writes the windows of analysed simulated sessions as a table with the 251 columns of the published Netflix dataset, with what their players showed',
  )
  .requiredOption('--run <id>', 'run of `vqi analyse` on the sessions')
  .requiredOption('--sessions <folder>', 'folder that `vqi simulate` wrote')
  .requiredOption('--out <file>', 'Parquet file to write')
  .option('--home <folder>', 'home folder of the run', process.env['VQI_HOME'] ?? '.vqi')
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ home: string; run: string; sessions: string; out: string }>();

/** The player's state in each window: the resolution that it showed longest, stalls, and where it was. */
const players = `
  join (
    with samples as (
      select
        regexp_extract(filename, '([^/]+)\\.player\\.csv$', 1) || '.pcap' as session_id,
        *,
        lead(time) over (partition by filename order by time) - time as seconds
      from read_csv(${quoteText(join(sessions, '*.player.csv'))}, filename = true, all_varchar = false)
    ),
    placed as (
      select *, ((time * 1e6 - zero_us) // 1e7)::integer as window_index
      from samples
      join (select session_id, start_us as zero_us from "run ${run}".published_windows where window_index = 0) using (session_id)
    ),
    shown as (
      select session_id, window_index, resolution, sum(seconds) as seconds, count_if(state = 'stalled') as stalls, max(position_seconds) as position_seconds
      from placed
      group by all
    )
    select session_id, window_index, coalesce(arg_max(resolution, seconds), 0) as shown_px, (sum(stalls) > 0)::integer as has_stalled, max(position_seconds) as position_seconds
    from shown
    group by session_id, window_index
  ) using (session_id, window_index)`;

/** In the published form: when a window ends, the session's home and title, and what only the player knows. */
const own = {
  session_id: 'session_id',
  deployment_session_id: `'netflix_' || session_id`,
  home_id: `'home' || hash(session_id) % 8`,
  video_id: `regexp_extract(session_id, '([0-9]+)[.]pcap$', 1)`,
  service: `'netflix'`,
  ads: 'false',
  absolute_timestamp: 'start_us / 1e6 + 10',
  relative_timestamp: '10.0 * (window_index + 1)',
  resolution: 'shown_px::double',
  quality: `if(shown_px >= 720, 'hd', 'sd')`,
  c_resolution_switches:
    '(shown_px <> lag(shown_px, 1, shown_px) over (partition by session_id order by window_index))::integer',
  c_rebufferings: 'has_stalled',
  video_position: 'position_seconds',
};

await withWarehouse(join(home, 'warehouse.duckdb'), (warehouse) =>
  writePublishedWindows(warehouse, { schema: `run ${run}`, labels: players, own }, out),
);
