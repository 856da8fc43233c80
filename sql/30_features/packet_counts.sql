-- packet_counts: one row per side and distinct values of all columns but the last four: the packets of sessions,
-- counted in one pass. side: as in sides. There are far fewer such rows than packets, so that exact statistics of them
-- are cheap. This is not so for gaps, which have a table of their own; here are only their sums, without gaps that
-- began before the session. tcp_seq is null if the number rises (schemas/capture.ts): then every packet has its own,
-- and needs no row. Values that only TCP headers contain are null on other flows.
-- temporary
-- reads: packets, session_flows
-- params: window_seconds, lengths
with session_packets as (
  select
    (packet.timestamp_us - own.numbered_from_us) // ($window_seconds::bigint * 1000000) as window_number,
    packet.is_upstream,
    own.flow_id,
    own.has_media,
    own.is_described,
    packet.payload_length as payload,
    if(own.is_tcp, packet.tcp_flags, null) as flags,
    packet.tcp_marks as marks,
    if(own.is_tcp, packet.tcp_window, null) as rwnd,
    packet.tcp_in_flight as flight,
    if(own.is_tcp and packet.tcp_marks & 16 = 0, packet.tcp_seq, null) as tcp_seq,
    if($lengths = 'wire', packet.wire_length, packet.captured_length) as link_bytes,
    -- The time is compared only in flows that began before the session.
    case
      when own.began_before then if(packet.flow_gap_us > packet.timestamp_us - own.origin_us, null, packet.flow_gap_us)
      else packet.flow_gap_us
    end as gap_us
  from main.packets as packet
  join session_flows as own
    on own.capture_id = packet.capture_id
    and own.flow_id = packet.flow_id
    and packet.timestamp_us >= own.origin_us
    and packet.timestamp_us < own.bound_us
),

counts as (
  select
    window_number,
    is_upstream,
    flow_id,
    has_media,
    is_described,
    payload,
    flags,
    marks,
    rwnd,
    flight,
    tcp_seq,
    count(*) as packets,
    -- Whole numbers up to 2^53 are exact as doubles, and doubles are summed faster than 128-bit integers.
    sum(link_bytes::double)::bigint as link_bytes,
    sum(gap_us::double)::bigint as gaps_us,
    count(gap_us) as gaps
  from session_packets
  group by window_number, is_upstream, flow_id, has_media, is_described, payload, flags, marks, rwnd, flight, tcp_seq
),

packet_counts as (
  select (2 * window_number + is_upstream::bigint)::integer as side, * exclude (window_number, is_upstream) from counts
)

select * from packet_counts
