-- round_trips: one row per side (packet_counts) and round trip time, with how often it was measured.
-- temporary
-- reads: packets, session_flows
-- params: window_seconds
with counts as (
  select
    (packet.timestamp_us - own.numbered_from_us) // ($window_seconds::bigint * 1000000) as window_number,
    packet.is_upstream,
    packet.tcp_rtt_us as rtt_us,
    count(*) as packets
  from main.packets as packet
  join session_flows as own
    on own.capture_id = packet.capture_id
    and own.flow_id = packet.flow_id
    and packet.timestamp_us >= own.origin_us
    and packet.timestamp_us < own.bound_us
  where packet.tcp_rtt_us is not null and own.is_described
  group by window_number, is_upstream, rtt_us
),

round_trips as (
  select (2 * window_number + is_upstream::bigint)::integer as side, rtt_us, packets from counts
)

select * from round_trips
