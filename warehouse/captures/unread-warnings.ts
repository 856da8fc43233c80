import { UNSUPPORTED_KIND } from '../../schemas/capture.js';
import type { Warehouse } from '../core/warehouse.js';

/** Warns of the packets of a run's captures whose link layer is not read, by reason, with count and an example. */
export async function unreadWarnings(warehouse: Warehouse, runId: string): Promise<string[]> {
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
      (layer = 'link' and (starts_with(kind, $unsupported) or kind = 'bad-header'))
      or (layer = 'wlan' and kind <> 'not-data')
    group by layer, kind
    order by packets desc, layer, kind`,
    { run_id: runId, unsupported: UNSUPPORTED_KIND },
  );
  return rows.map((row) => {
    const kind = String(row['kind']);
    const captures = `captures: ${String(row['captures'])}`;
    const what = kind.startsWith(UNSUPPORTED_KIND)
      ? `have link type ${kind.slice(UNSUPPORTED_KIND.length)}, which is not read (${captures})`
      : `are not read (${String(row['layer'])}: ${kind}; ${captures})`;
    return `${String(row['packets'])} packets ${what}: for example in ${String(row['example'])}; see the table capture_faults`;
  });
}
