-- feat_requests: one row per (session_id, window_index): segments requested, their gaps, and the number so far.
-- reads: session_segments, session_windows
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
    max(gap_ms) as up_chunk_iat_max,
    quantile_cont(gap_ms, 0.5) as up_chunk_iat_50
  from gapped
  group by all
),

feat_requests as (
  select
    session_id,
    window_index,
    coalesce(n_chunks_up, 0) as n_chunks_up,
    up_chunk_iat_avg,
    up_chunk_iat_std,
    up_chunk_iat_max,
    up_chunk_iat_50,
    sum(coalesce(n_chunks_up, 0)) over (partition by session_id order by window_index)::integer as requests_so_far
  from (select session_id, window_index from session_windows)
  left join in_window using (session_id, window_index)
)

select * from feat_requests order by session_id, window_index
