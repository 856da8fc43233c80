-- packet_counts: the packets of sessions, counted in one pass. One row per side, kind and distinct values of its columns:
-- traits (has_media, payload, flags, marks), receive window, in flight, round trip, or number (flow_id, is_data, tcp_seq).
-- side: twice the window_number, one more for upstream. Values are far fewer than packets, so that their exact statistics
-- come cheap; gaps are not, and have a table of their own. tcp_seq is null where the number rises (schemas/capture.ts):
-- there each packet has its own, and none needs a row. Sums of gaps leave out those that begin before the session.
-- temporary
-- reads: packets, session_flows
-- params: window_seconds, lengths
with session_packets as not materialized (
  select
    2 * (own.first_window + ((packet.timestamp_us - own.origin_us) // ($window_seconds::bigint * 1000000))::integer)
      + packet.is_upstream::integer as side,
    if($lengths = 'wire', packet.wire_length, packet.captured_length) as link_bytes,
    if(packet.flow_gap_us > packet.timestamp_us - own.origin_us, null, packet.flow_gap_us) as gap_us,
    own.has_media,
    packet.payload_length as payload,
    if(own.is_tcp, packet.tcp_flags, null) as flags,
    packet.tcp_marks as marks,
    if(own.is_tcp, packet.tcp_window, null) as rwnd,
    packet.tcp_in_flight as flight,
    packet.tcp_rtt_us as rtt,
    own.flow_id,
    packet.payload_length > 0 as is_data,
    if(own.is_tcp and packet.tcp_marks & 16 = 0, packet.tcp_seq, null) as tcp_seq
  from main.packets as packet
  join session_flows as own
    on own.capture_id = packet.capture_id
    and own.flow_id = packet.flow_id
    and packet.timestamp_us >= own.origin_us
    and packet.timestamp_us < own.bound_us
),

packet_counts as (
  select
    case grouping_id(payload, rwnd, flight)
      when 3 then 'traits'
      when 5 then 'receive window'
      when 6 then 'in flight'
      else 'number'
    end as kind,
    side,
    has_media,
    payload,
    flags,
    marks,
    rwnd,
    flight,
    null::uinteger as rtt,
    flow_id,
    is_data,
    tcp_seq,
    count(*) as packets,
    sum(link_bytes) as link_bytes,
    sum(gap_us) as gaps_us,
    count(gap_us) as gaps
  from session_packets
  group by grouping sets (
    (side, has_media, payload, flags, marks), (side, rwnd), (side, flight), (side, flow_id, is_data, tcp_seq)
  )
  union all by name
  select 'round trip' as kind, side, rtt, count(*) as packets
  from session_packets
  where rtt is not null
  group by side, rtt
)

select * from packet_counts
