-- feat_requests: one row per (session_id, window_index): segments requested, their gaps, and those so far.
-- temporary
-- reads: session_segments, session_windows, request_history
with gapped as (
  select
    session_id,
    request_window_index as window_index,
    (request_us - lag(request_us) over (
      partition by session_id order by request_us, flow_id, segment_index
    )) / 1000.0 as gap_ms
  from session_segments
),

in_window as (
  select
    session_id,
    window_index,
    count(*)::integer as n_chunks_up,
    avg(gap_ms) as up_chunk_iat_avg,
    stddev_pop(gap_ms) as up_chunk_iat_std,
    min(gap_ms) as up_chunk_iat_min,
    max(gap_ms) as up_chunk_iat_max,
    quantile_cont(gap_ms, [0.5, 0.75, 0.85, 0.9]) as percentiles
  from gapped
  group by all
),

so_far as (
  select grid.session_id, grid.window_index, history.* exclude (session_id, request_us)
  from session_windows as grid
  asof left join request_history as history
    on grid.session_id = history.session_id and grid.end_us > history.request_us
),

feat_requests as (
  select
    session_id,
    window_index,
    coalesce(n_chunks_up, 0) as n_chunks_up,
    up_chunk_iat_avg,
    up_chunk_iat_std,
    up_chunk_iat_min,
    up_chunk_iat_max,
    in_window.percentiles[1] as up_chunk_iat_50,
    in_window.percentiles[1] as up_chunk_iat_75,
    in_window.percentiles[1] as up_chunk_iat_85,
    in_window.percentiles[1] as up_chunk_iat_90,
    in_window.percentiles[2] as up_chunk_iat_p75,
    in_window.percentiles[3] as up_chunk_iat_p85,
    in_window.percentiles[4] as up_chunk_iat_p90,
    coalesce(requests_so_far, 0)::integer as requests_so_far,
    all_prev_up_chunk_iat_avg,
    all_prev_up_chunk_iat_std,
    all_prev_up_chunk_iat_min,
    all_prev_up_chunk_iat_max,
    gap_percentiles[1] as all_prev_up_chunk_iat_50,
    gap_percentiles[2] as all_prev_up_chunk_iat_75,
    gap_percentiles[3] as all_prev_up_chunk_iat_85,
    gap_percentiles[4] as all_prev_up_chunk_iat_90
  from so_far
  left join in_window using (session_id, window_index)
)

select * from feat_requests
