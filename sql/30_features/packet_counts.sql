-- packet_counts: the packets of sessions, counted in one pass: one row per side and distinct values of all columns but the
-- last four. side: as in sides. Such rows are far fewer than packets, so that exact statistics
-- come cheap of them. Gaps would not be, and have a table of their own; here are their sums, without those that begin before
-- the session. tcp_seq is null where the number rises (schemas/capture.ts): there each packet has its own, and none needs a
-- row. What only TCP headers tell is null on other flows.
-- temporary
-- reads: packets, session_flows
-- params: window_seconds, lengths
with session_packets as (
  select
    (packet.timestamp_us - own.numbered_from_us) // ($window_seconds::bigint * 1000000) as window_number,
    packet.is_upstream,
    own.flow_id,
    own.has_media,
    packet.payload_length as payload,
    if(own.is_tcp, packet.tcp_flags, null) as flags,
    packet.tcp_marks as marks,
    if(own.is_tcp, packet.tcp_window, null) as rwnd,
    packet.tcp_in_flight as flight,
    if(own.is_tcp and packet.tcp_marks & 16 = 0, packet.tcp_seq, null) as tcp_seq,
    if($lengths = 'wire', packet.wire_length, packet.captured_length) as link_bytes,
    -- The time is compared in flows alone that may need it.
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
    payload,
    flags,
    marks,
    rwnd,
    flight,
    tcp_seq,
    count(*) as packets,
    -- Whole numbers up to 2^53 are exact as doubles, and summed in less time than in 128 bits.
    sum(link_bytes::double)::bigint as link_bytes,
    sum(gap_us::double)::bigint as gaps_us,
    count(gap_us) as gaps
  from session_packets
  group by window_number, is_upstream, flow_id, has_media, payload, flags, marks, rwnd, flight, tcp_seq
),

packet_counts as (
  select (2 * window_number + is_upstream::bigint)::integer as side, * exclude (window_number, is_upstream) from counts
)

select * from packet_counts
