import { countText } from '../../common/count-text.js';
import { percentText } from '../../common/percent-text.js';
import type { ServiceShare } from '../../schemas/services.js';
import type { Warehouse } from '../core/warehouse.js';

/** If more of a capture's bytes belong to no service, a warning says so. */
const LARGE_UNMAPPED_SHARE = 0.5;
/** A page's own large files are often a few per cent of the bytes in segments of media size: no warning below this share. */
const LARGE_OUTSIDE_SHARE = 0.05;

/** The share of each service in the traffic of all captures of the current run, the largest first. */
export async function serviceShares(warehouse: Warehouse): Promise<ServiceShare[]> {
  const rows = await warehouse.rows(`
    select
      service,
      provenance,
      sum(flow_count)::integer as flows,
      sum(wire_bytes)::double as wire_bytes,
      coalesce(sum(wire_bytes)::double / nullif(sum(sum(wire_bytes)) over (), 0), 0)::double as share
    from service_bytes
    group by service, provenance
    order by wire_bytes desc, service, provenance`);
  return rows.map((row) => ({
    service: typeof row['service'] === 'string' ? row['service'] : null,
    provenance: String(row['provenance']),
    flows: Number(row['flows']),
    wireBytes: Number(row['wire_bytes']),
    share: Number(row['share']),
  }));
}

/** Warnings about the captures of the current run: assumptions made, traffic left out. */
export async function serviceWarnings(warehouse: Warehouse): Promise<string[]> {
  const [counts] = await warehouse.rows(
    `
    select
      count(distinct capture_id) filter (provenance = 'assumed')::integer as assumed,
      count(distinct capture_id) filter (provenance = 'unmapped' and byte_share > $limit)::integer as unmapped,
      coalesce(
        sum(wire_bytes) filter (provenance = 'unmapped')::double / nullif(sum(wire_bytes)::double, 0), 0
      )::double as unmapped_share
    from service_bytes`,
    { limit: LARGE_UNMAPPED_SHARE },
  );
  const assumed = Number(counts?.['assumed'] ?? 0);
  const unmapped = Number(counts?.['unmapped'] ?? 0);
  const share = percentText(Number(counts?.['unmapped_share'] ?? 0), 1);
  return [
    ...(assumed === 0
      ? []
      : [
          `in ${countText(assumed, 'capture')}, all flows to port 443 were taken as the video service: flows with a known name or address do not carry the media, or the configuration asks for this assumption`,
        ]),
    ...(unmapped === 0
      ? []
      : [
          `in ${countText(unmapped, 'capture')}, more than half of the TCP and UDP bytes belong to no known service (${share} over all captures): see the table service_bytes; if they are the video, --assume NAME counts all flows to port 443`,
        ]),
  ];
}

/**
 * Warns of segments of media size that are in no session, because too few of them come together, or their server sends no
 * media, if they are more than 5 % of all bytes in such segments.
 */
export async function outsideWarnings(warehouse: Warehouse, mediaBytes: number): Promise<string[]> {
  const [outside] = await warehouse.rows(
    `
    with outside as (
      select capture_id, client_address, service, request_us, downstream_bytes
      from service_segments
      anti join session_segments using (capture_id, flow_id, segment_index)
      where downstream_bytes >= $media_bytes
    ),

    bulk as (
      select sum(downstream_bytes)::double as all_bytes
      from service_segments
      where downstream_bytes >= $media_bytes
    )

    select
      count(*)::integer as segments,
      count(distinct capture_id)::integer as captures,
      coalesce(sum(downstream_bytes), 0)::double as bytes,
      coalesce(sum(downstream_bytes)::double / any_value(all_bytes), 0)::double as share,
      first(session_label order by request_us, client_address) as example,
      first(service order by request_us, client_address) as service
    from outside
    join stg_sources using (capture_id)
    cross join bulk`,
    { media_bytes: mediaBytes },
  );
  const segments = Number(outside?.['segments']);
  const share = Number(outside?.['share']);
  if (share <= LARGE_OUTSIDE_SHARE) return [];
  const megabytes = (Number(outside?.['bytes']) / 1e6).toFixed(1);
  return [
    `${countText(segments, 'segment')} of media size (${megabytes} MB, ${percentText(share)} of the bytes in such segments; in ${countText(Number(outside?.['captures']), 'capture')}) ${segments === 1 ? 'is' : 'are'} in no session, because fewer than three come together, or from a server that sends no media: for example of ${String(outside?.['service'])} in ${String(outside?.['example'])}; see service_segments and media_servers`,
  ];
}
