import { countText } from '../../common/count-text.js';
import { UNSUPPORTED_KIND } from '../../schemas/capture.js';
import { list, VARCHAR } from '../core/duckdb.js';
import type { Warehouse } from '../core/warehouse.js';
import { RUN_CAPTURES } from './run-captures.js';

/** What the count of a fault means for the user, by layer and kind. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  [
    'capture duplicate',
    'packets that the capture has twice (a mirror of both ports, several interfaces of one host, frames sent again over the air) count once',
  ],
  ['capture no-timestamp', 'packets without a time take that of the packet before'],
  ['capture timestamp-out-of-range', 'packets with an impossible time take that of the packet before'],
  [
    'capture time-jump',
    'the clock jumps (ahead by more than an hour, or back by more than a minute): what comes before and after is in separate sessions',
  ],
  [
    'segment resumed',
    'media that go on after more than 60 s without a byte (a paused player, or a clock that jumps) are two segments, so that one session may become two',
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
    with ${RUN_CAPTURES}

    select
      layer,
      kind,
      sum(packet_count)::double as packets,
      count(*)::integer as captures,
      min(capture_name) as example
    from run_captures as source
    join main.capture_faults as fault using (capture_id)
    where
      -- What a connection without media sends after a pause is counted, but changes no session.
      (layer in (select unnest($layers)) and kind <> 'late')
      or (layer = 'link' and (starts_with(kind, $unsupported) or kind = 'bad-header'))
      or (layer = 'wlan' and kind <> 'not-data')
      or (layer = 'tzsp' and kind <> 'truncated')
    group by layer, kind
    order by packets desc, layer, kind`,
    { run_id: runId, unsupported: UNSUPPORTED_KIND, layers: list(layers, VARCHAR) },
  );
  return rows.map((row) => {
    const layer = String(row['layer']);
    const kind = String(row['kind']);
    const meaning =
      MEANINGS.get(`${layer} ${kind}`) ??
      (kind.startsWith(UNSUPPORTED_KIND)
        ? `packets of link type ${kind.slice(UNSUPPORTED_KIND.length)} are not read`
        : `packets are not read (${layer}: ${kind})`);
    const captures = countText(Number(row['captures']), 'capture');
    return `${meaning}: ${String(row['packets'])} in ${captures}, for example in ${String(row['example'])}; see the table capture_faults`;
  });
}
