-- feat_flows: one row per (session_id, window_index) that has a packet of the session: its flows and how old they are.
-- reads: packets, session_flows
-- params: window_seconds
with active as (
  select distinct
    own.session_number,
    (packet.timestamp_us - own.origin_us) // ($window_seconds::bigint * 1000000) as window_index,
    own.flow_id
  from main.packets as packet
  join session_flows as own
    on own.capture_id = packet.capture_id
    and own.flow_id = packet.flow_id
    and packet.timestamp_us >= own.origin_us
    and packet.timestamp_us < own.bound_us
),

feat_flows as (
  select
    session_id,
    window_index::integer as window_index,
    count(*)::integer as parallel_flows,
    avg(first_us - origin_us) as first_us_avg
  from active
  join session_flows using (session_number, flow_id)
  group by session_id, window_index
)

select * from feat_flows order by session_id, window_index
