-- round_trips: one row per side (packet_counts) and round trip time, with how often it was measured.
-- temporary
-- reads: packets, session_flows
-- params: window_seconds
with round_trips as (
  select
    2 * (own.first_window + ((packet.timestamp_us - own.origin_us) // ($window_seconds::bigint * 1000000))::integer)
      + packet.is_upstream::integer as side,
    packet.tcp_rtt_us as rtt_us,
    count(*) as packets
  from main.packets as packet
  join session_flows as own
    on own.capture_id = packet.capture_id
    and own.flow_id = packet.flow_id
    and packet.timestamp_us >= own.origin_us
    and packet.timestamp_us < own.bound_us
  where packet.tcp_rtt_us is not null
  group by side, rtt_us
)

select * from round_trips
