import { countText } from '../../common/count-text.js';
import type { Warehouse } from '../core/warehouse.js';
import { RUN_CAPTURES } from './run-captures.js';

/** Warns of what divides or doubles the sessions of a run, or leaves a capture without any; after sessions are built. */
export async function timelineWarnings(warehouse: Warehouse, runId: string): Promise<string[]> {
  return [
    ...(await oneDirection(warehouse, runId)),
    ...(await twoAddresses(warehouse)),
    ...(await furtherFiles(warehouse, runId)),
    ...(await commonSegments(warehouse, runId)),
    ...(await sameContent(warehouse, runId)),
  ];
}

/** Without requests there is no segment; without answers no segment has a byte. */
async function oneDirection(warehouse: Warehouse, runId: string): Promise<string[]> {
  const rows = await warehouse.rows(
    `
    with ${RUN_CAPTURES},

    found as (
      select capture_id, count(*) as segments, count(first_byte_us) as answered
      from main.segments
      where capture_id in (select capture_id from run_captures)
      group by capture_id
    ),

    traffic as (
      select capture_id, sum(packet_count) as packets
      from main.flows
      where protocol in (6, 17) and (client_port = 443 or server_port = 443)
      group by capture_id
    )

    select
      if(coalesce(segments, 0) = 0, 'request', 'answer') as missing,
      count(*)::integer as captures,
      min(capture_name) as example
    from run_captures
    join traffic using (capture_id)
    left join found using (capture_id)
    where packets >= 20 and coalesce(answered, 0) = 0
    group by missing
    order by missing`,
    { run_id: runId },
  );
  return rows.map(
    ({ missing, captures, example }) =>
      `${countText(Number(captures), 'capture', 'has', 'have')} no ${String(missing)}s, probably because only one direction was captured, and so no sessions: for example ${String(example)}; capture both directions (on a mirror: receive and transmit)`,
  );
}

async function twoAddresses(warehouse: Warehouse): Promise<string[]> {
  const [row] = await warehouse.rows(`
    select
      count(*)::integer as pairs,
      first(four.session_id order by four.session_id, six.session_id) as one,
      first(six.session_id order by four.session_id, six.session_id) as other
    from sessions as four
    join sessions as six using (session_group, capture_id, service)
    where
      not contains(four.client_address, ':')
      and contains(six.client_address, ':')
      and four.start_us <= six.end_us
      and six.start_us <= four.end_us`);
  const pairs = Number(row?.['pairs']);
  if (pairs === 0) return [];
  return [
    `${countText(pairs, 'session')} over IPv4 ${pairs === 1 ? 'is' : 'are'} at the same time as one of the same service over IPv6 in the same capture: if that is one viewer, its media is divided between two sessions, for example ${String(row?.['one'])} and ${String(row?.['other'])}`,
  ];
}

/** Ring buffers and consecutive files: the same connections at the end of one capture and the beginning of the next. */
async function furtherFiles(warehouse: Warehouse, runId: string): Promise<string[]> {
  const [row] = await warehouse.rows(
    `
    with ${RUN_CAPTURES},

    times as (
      select capture_id, capture_name, first_us, last_us
      from run_captures
      join main.captures using (capture_id)
      where first_us is not null
    ),

    borders as (
      select
        earlier.capture_id as earlier_id,
        later.capture_id as later_id,
        earlier.capture_name as earlier_name,
        later.capture_name as later_name
      from times as earlier
      join times as later
        on later.first_us >= earlier.last_us - 1000000
        and later.first_us <= earlier.last_us + 60000000
        and later.capture_id <> earlier.capture_id
    ),

    connections as (
      select earlier_id, later_id, any_value(earlier_name) as earlier_name, any_value(later_name) as later_name, count(*) as flows
      from borders
      join main.flows as one on one.capture_id = earlier_id
      join main.flows as two
        on two.capture_id = later_id
        and two.protocol = one.protocol
        and two.client_address = one.client_address
        and two.server_address = one.server_address
        and two.client_port = one.client_port
        and two.server_port = one.server_port
      where one.protocol in (6, 17) and one.client_port > 0 and one.server_port > 0 and one.server_port <> 53
      group by earlier_id, later_id
    )

    select
      count(*)::integer as files,
      coalesce(sum(flows), 0)::integer as flows,
      first(earlier_name order by earlier_name, later_name) as one,
      first(later_name order by earlier_name, later_name) as other
    from connections`,
    { run_id: runId },
  );
  const files = Number(row?.['files']);
  if (files === 0) return [];
  return [
    `${countText(files, 'capture', 'has', 'have')} connections that continue in another file (${countText(Number(row?.['flows']), 'connection')}, for example from ${String(row?.['one'])} to ${String(row?.['other'])}): sessions, names and connections end with their file; --join all of vqi analyse and vqi infer, or Wireshark's mergecap, joins the files`,
  ];
}

/** The same packets in two files: the same connection with the same request at the same microsecond. */
async function commonSegments(warehouse: Warehouse, runId: string): Promise<string[]> {
  const [row] = await warehouse.rows(
    `
    with ${RUN_CAPTURES},

    own as (
      select
        capture_name,
        capture_id,
        client_address,
        server_address,
        client_port,
        server_port,
        request_us,
        request_bytes
      from run_captures
      join main.flows using (capture_id)
      join main.segments using (capture_id, flow_id)
      where downstream_bytes > 0
    ),

    common as (
      select min(capture_name) as one, max(capture_name) as other
      from own
      group by client_address, server_address, client_port, server_port, request_us, request_bytes
      having count(distinct capture_id) > 1
    )

    select
      count(*)::integer as segments,
      first(one order by one, other) as one,
      first(other order by one, other) as other
    from common`,
    { run_id: runId },
  );
  const segments = Number(row?.['segments']);
  if (segments === 0) return [];
  return [
    `${countText(segments, 'segment', 'is', 'are')} at the same time in two captures, for example in ${String(row?.['one'])} and ${String(row?.['other'])}: the same packets count twice; leave one of the files out, or join them with Wireshark's mergecap, so that copies count once`,
  ];
}

/** Files with the same content are one capture, but each name has its sessions. */
async function sameContent(warehouse: Warehouse, runId: string): Promise<string[]> {
  const [row] = await warehouse.rows(
    `
    with named as (
      select
        capture_id,
        count(distinct capture_name) as names,
        min(capture_name) as one,
        max(capture_name) as other
      from main.run_sources
      where run_id = $run_id
      group by capture_id
      having count(distinct capture_name) > 1
    )

    select coalesce(sum(names), 0)::integer as files, min_by(one, one) as one, min_by(other, one) as other
    from named`,
    { run_id: runId },
  );
  const files = Number(row?.['files']);
  return files === 0
    ? []
    : [
        `${countText(files, 'file', 'has', 'have')} the same content as another one, for example ${String(row?.['one'])} and ${String(row?.['other'])}: the sessions count once for each name; leave copies out`,
      ];
}
