-- feat_flows: one row per (session_id, window_index) that has a packet of the session: its flows and how old they are.
-- temporary
-- reads: packet_counts, session_windows, session_flows
with active as (
  select distinct side >> 1 as window_number, flow_id from packet_counts
),

feat_flows as (
  select
    grid.session_id,
    grid.window_index,
    count(*)::integer as parallel_flows,
    avg(own.first_us - own.origin_us) as first_us_avg
  from active
  join session_windows as grid using (window_number)
  join session_flows as own on own.session_id = grid.session_id and own.flow_id = active.flow_id
  group by grid.session_id, grid.window_index
)

select * from feat_flows
