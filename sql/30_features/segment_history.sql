-- segment_history: one row per completed segment, (session_id, completed_so_far): its size, the gap before its end, and
-- statistics of all segments up to it.
-- temporary
-- reads: session_segments
with completed as (
  select
    session_id,
    end_window_index as window_index,
    end_us,
    flow_id,
    segment_index,
    downstream_bytes as size_bytes,
    (end_us - lag(end_us) over (partition by session_id order by end_us, flow_id, segment_index)) / 1000.0 as gap_ms
  from session_segments
  where downstream_bytes > 0 and role <> 'other server'
),

segment_history as (
  select
    session_id,
    window_index,
    size_bytes,
    gap_ms,
    row_number() over so_far as completed_so_far,
    list(size_bytes) over last_ten as last_ten_bytes,
    avg(size_bytes) over so_far as allprev_avg_chunksize,
    stddev_pop(size_bytes) over so_far as allprev_std_chunksize,
    min(size_bytes) over so_far as allprev_min_chunksize,
    max(size_bytes) over so_far as allprev_max_chunksize,
    quantile_cont(size_bytes, [0.5, 0.75, 0.85, 0.9]) over so_far as size_percentiles,
    sum(size_bytes) over so_far as cumsum_chunksizes,
    avg(gap_ms) over so_far as all_prev_down_chunk_iat_avg,
    stddev_pop(gap_ms) over so_far as all_prev_down_chunk_iat_std,
    min(gap_ms) over so_far as all_prev_down_chunk_iat_min,
    max(gap_ms) over so_far as all_prev_down_chunk_iat_max,
    quantile_cont(gap_ms, [0.5, 0.75, 0.85, 0.9]) over so_far as gap_percentiles
  from completed
  window
    so_far as (partition by session_id order by end_us, flow_id, segment_index rows unbounded preceding),
    last_ten as (
      partition by session_id order by end_us, flow_id, segment_index rows between 9 preceding and current row
    )
)

select * from segment_history
