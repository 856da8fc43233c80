import { UNSUPPORTED_KIND } from '../../schemas/capture.js';
import { list, VARCHAR } from '../core/duckdb.js';
import type { Warehouse } from '../core/warehouse.js';

/** What the count of a fault means for the user, by layer and kind. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  [
    'capture duplicate',
    'packets are copies of packets just before (a mirror of both ports, several interfaces of one host, frames sent again over the air) and count once',
  ],
  ['capture no-timestamp', 'packets have no time, and take that of the packet before'],
  ['capture timestamp-out-of-range', 'packets have an impossible time, and take that of the packet before'],
  [
    'capture time-jump',
    'times jump, by more than an hour to a later time or by more than a minute to an earlier one: if the clock was set, what is before and behind are separate sessions',
  ],
  [
    'segment resumed',
    'answers go on after more than 60 s without a byte (a paused player, or a clock that jumps): their rest is a segment of its own, so that one session may become two',
  ],
]);

/**
 * Warns of what the decoder left out of a run's captures, or assumed, by reason, with count and an example.
 * @param layers that warn in any case
 */
export async function faultWarnings(
  warehouse: Warehouse,
  runId: string,
  layers: readonly ('capture' | 'segment')[] = ['capture', 'segment'],
): Promise<string[]> {
  const rows = await warehouse.rows(
    `
    select
      layer,
      kind,
      sum(packet_count)::double as packets,
      count(*)::integer as captures,
      min(capture_name) as example
    from (
      select distinct capture_id, min(capture_name) over (partition by capture_id) as capture_name
      from main.run_sources
      where run_id = $run_id
    ) as source
    join main.capture_faults as fault using (capture_id)
    where
      layer in (select unnest($layers))
      or (layer = 'link' and (starts_with(kind, $unsupported) or kind = 'bad-header'))
      or (layer = 'wlan' and kind <> 'not-data')
    group by layer, kind
    order by packets desc, layer, kind`,
    { run_id: runId, unsupported: UNSUPPORTED_KIND, layers: list(layers, VARCHAR) },
  );
  return rows.map((row) => {
    const layer = String(row['layer']);
    const kind = String(row['kind']);
    const captures = `captures: ${String(row['captures'])}`;
    const meaning = MEANINGS.get(`${layer} ${kind}`);
    const what =
      meaning !== undefined
        ? `${meaning} (${captures})`
        : kind.startsWith(UNSUPPORTED_KIND)
          ? `packets have link type ${kind.slice(UNSUPPORTED_KIND.length)}, which is not read (${captures})`
          : `packets are not read (${layer}: ${kind}; ${captures})`;
    return `${String(row['packets'])} ${what}: for example in ${String(row['example'])}; see the table capture_faults`;
  });
}
