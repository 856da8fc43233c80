-- request_history: one row per request, (session_id, requests_so_far): the gap before it, and statistics of all gaps
-- up to it.
-- temporary
-- reads: session_segments
with requested as (
  select
    session_id,
    request_window_index as window_index,
    request_us,
    flow_id,
    segment_index,
    (request_us - lag(request_us) over (
      partition by session_id order by request_us, flow_id, segment_index
    )) / 1000.0 as gap_ms
  from session_segments
  where role <> 'other server'
),

request_history as (
  select
    session_id,
    window_index,
    gap_ms,
    row_number() over so_far as requests_so_far,
    avg(gap_ms) over so_far as all_prev_up_chunk_iat_avg,
    stddev_pop(gap_ms) over so_far as all_prev_up_chunk_iat_std,
    min(gap_ms) over so_far as all_prev_up_chunk_iat_min,
    max(gap_ms) over so_far as all_prev_up_chunk_iat_max,
    quantile_cont(gap_ms, [0.5, 0.75, 0.85, 0.9]) over so_far as gap_percentiles
  from requested
  window so_far as (partition by session_id order by request_us, flow_id, segment_index rows unbounded preceding)
)

select * from request_history
