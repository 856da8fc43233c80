-- feat_flows: one row per (session_id, window_index) that has a packet of the session: its flows and how old they are.
-- reads: packets, session_flows
-- params: window_seconds
with active as (
  select
    own.session_id,
    ((packet.timestamp_us - own.origin_us) // ($window_seconds::bigint * 1000000))::integer as window_index,
    own.flow_id,
    any_value(own.first_us) as first_us,
    any_value(own.origin_us) as origin_us
  from main.packets as packet
  join session_flows as own
    on own.capture_id = packet.capture_id
    and own.flow_id = packet.flow_id
    and packet.timestamp_us >= own.origin_us
    and packet.timestamp_us < own.bound_us
  group by own.session_id, window_index, own.flow_id
),

feat_flows as (
  select
    session_id,
    window_index,
    count(*)::integer as parallel_flows,
    avg(first_us - origin_us) as first_us_avg
  from active
  group by all
)

select * from feat_flows order by session_id, window_index
