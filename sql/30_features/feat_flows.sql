-- feat_flows: one row per window, in order: its session's transport and flows, and how much of the window was captured.
-- temporary
-- reads: packet_counts, session_windows, session_flows, captures
with counted as (
  select distinct side >> 1 as window_number, flow_id from packet_counts where is_described
),

-- Materialized: in the other order of joins, every window would first be joined with every flow of its session.
active as materialized (
  select grid.window_number, grid.session_id, counted.flow_id
  from counted
  join session_windows as grid using (window_number)
),

flows as (
  select
    window_number,
    count(*)::integer as parallel_flows,
    avg(own.first_us - own.origin_us) as first_us_avg
  from active
  join session_flows as own using (session_id, flow_id)
  group by window_number
),

transports as (
  select
    session_id,
    any_value(origin_us) as origin_us,
    bool_or(is_tcp) as has_tcp,
    sum(wire_bytes) filter (is_tcp) > sum(wire_bytes) filter (not is_tcp) as is_more_tcp
  from session_flows
  where is_described
  group by session_id
),

feat_flows as (
  select
    window_number,
    origin_us,
    has_tcp,
    has_tcp and coalesce(is_more_tcp, true) as is_tcp,
    coalesce(parallel_flows, 0) as parallel_flows,
    first_us_avg,
    greatest(least(grid.end_us, capture.last_us) - greatest(grid.start_us, capture.first_us), 0)
      / (grid.end_us - grid.start_us) as window_coverage,
    capture.captured_bytes < capture.wire_bytes or capture.cut_at_byte is not null as is_capture_cut
  from session_windows as grid
  join transports using (session_id)
  join main.captures as capture using (capture_id)
  left join flows using (window_number)
)

select * from feat_flows order by window_number
