-- feat_requests: one row per window, in order: the segments requested in it, the gaps between them, and those so far.
-- temporary
-- reads: session_windows, request_history
with in_window as (
  select
    session_id,
    window_index,
    count(*)::integer as n_chunks_up,
    avg(gap_ms) as up_chunk_iat_avg,
    stddev_pop(gap_ms) as up_chunk_iat_std,
    min(gap_ms) as up_chunk_iat_min,
    max(gap_ms) as up_chunk_iat_max,
    quantile_cont(gap_ms, [0.5, 0.75, 0.85, 0.9]) as percentiles
  from request_history
  group by session_id, window_index
),

counted as (
  select
    window_number,
    session_id,
    coalesce(n_chunks_up, 0) as n_chunks_up,
    in_window.* exclude (session_id, window_index, n_chunks_up),
    sum(n_chunks_up) over (partition by session_id order by window_index rows unbounded preceding) as requests_so_far
  from session_windows
  left join in_window using (session_id, window_index)
),

feat_requests as (
  select
    window_number,
    n_chunks_up,
    up_chunk_iat_avg,
    up_chunk_iat_std,
    up_chunk_iat_min,
    up_chunk_iat_max,
    percentiles[1] as up_chunk_iat_50,
    percentiles[1] as up_chunk_iat_75,
    percentiles[1] as up_chunk_iat_85,
    percentiles[1] as up_chunk_iat_90,
    percentiles[2] as up_chunk_iat_p75,
    percentiles[3] as up_chunk_iat_p85,
    percentiles[4] as up_chunk_iat_p90,
    coalesce(requests_so_far, 0)::integer as requests_so_far,
    all_prev_up_chunk_iat_avg,
    all_prev_up_chunk_iat_std,
    all_prev_up_chunk_iat_min,
    all_prev_up_chunk_iat_max,
    gap_percentiles[1] as all_prev_up_chunk_iat_50,
    gap_percentiles[2] as all_prev_up_chunk_iat_75,
    gap_percentiles[3] as all_prev_up_chunk_iat_85,
    gap_percentiles[4] as all_prev_up_chunk_iat_90
  from counted
  left join request_history using (session_id, requests_so_far)
)

select * from feat_requests order by window_number
