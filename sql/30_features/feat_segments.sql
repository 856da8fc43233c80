-- feat_segments: one row per window, in order: the segments completed in it, the last ten, and all so far.
-- Exponentially weighted means as in pandas' ewm(alpha=0.75, adjust=True): weights (1/4)^age over their sum.
-- temporary
-- reads: session_windows, segment_history
with in_window as (
  select
    session_id,
    window_index,
    count(*)::integer as n_chunks_down,
    sum(size_bytes) as completed_bytes,
    avg(gap_ms) as down_chunk_iat_avg,
    stddev_pop(gap_ms) as down_chunk_iat_std,
    min(gap_ms) as down_chunk_iat_min,
    max(gap_ms) as down_chunk_iat_max,
    quantile_cont(gap_ms, [0.5, 0.75, 0.85, 0.9]) as percentiles
  from segment_history
  group by session_id, window_index
),

counted as (
  select
    window_number,
    session_id,
    coalesce(n_chunks_down, 0) as n_chunks_down,
    in_window.* exclude (session_id, window_index, n_chunks_down),
    sum(n_chunks_down) over (partition by session_id order by window_index rows unbounded preceding) as completed_so_far
  from session_windows
  left join in_window using (session_id, window_index)
),

so_far as (
  select
    counted.* exclude (session_id),
    history.* exclude (session_id, window_index, size_bytes, gap_ms, completed_so_far),
    list_transform(
      range(len(last_ten_bytes)),
      lambda last: list_sum(list_transform(last_ten_bytes[:last + 1], lambda size, place: size * 0.25 ** (last + 1 - place)))
        * 0.75 / (1 - 0.25 ** (last + 1))
    ) as ewma
  from counted
  left join segment_history as history using (session_id, completed_so_far)
),

feat_segments as (
  select
    window_number,
    n_chunks_down,
    coalesce(completed_bytes, 0) as completed_bytes,
    down_chunk_iat_avg,
    down_chunk_iat_std,
    down_chunk_iat_min,
    down_chunk_iat_max,
    percentiles[1] as down_chunk_iat_50,
    percentiles[2] as down_chunk_iat_75,
    percentiles[3] as down_chunk_iat_85,
    percentiles[4] as down_chunk_iat_90,
    list_aggregate(last_ten_bytes, 'avg') as "10_avg_chunksize",
    list_aggregate(last_ten_bytes, 'stddev_pop') as "10_std_chunksize",
    list_min(last_ten_bytes) as "10_min_chunksize",
    list_max(last_ten_bytes) as "10_max_chunksize",
    list_aggregate(last_ten_bytes, 'quantile_cont', 0.5) as "10_chunksizes_50",
    list_aggregate(last_ten_bytes, 'quantile_cont', 0.75) as "10_chunksizes_75",
    list_aggregate(last_ten_bytes, 'quantile_cont', 0.85) as "10_chunksizes_85",
    list_aggregate(last_ten_bytes, 'quantile_cont', 0.9) as "10_chunksizes_90",
    list_transform(ewma, lambda mean: [mean]) as "10_EWMA_chunksizes",
    ewma[-1] as ewma_chunksize,
    allprev_avg_chunksize,
    allprev_std_chunksize,
    allprev_min_chunksize,
    allprev_max_chunksize,
    size_percentiles[1] as allprev_chunksizes_50,
    size_percentiles[2] as allprev_chunksizes_75,
    size_percentiles[3] as allprev_chunksizes_85,
    size_percentiles[4] as allprev_chunksizes_90,
    coalesce(cumsum_chunksizes, 0) as cumsum_chunksizes,
    coalesce(completed_so_far, 0)::integer as completed_so_far,
    all_prev_down_chunk_iat_avg,
    all_prev_down_chunk_iat_std,
    all_prev_down_chunk_iat_min,
    all_prev_down_chunk_iat_max,
    gap_percentiles[1] as all_prev_down_chunk_iat_50,
    gap_percentiles[2] as all_prev_down_chunk_iat_75,
    gap_percentiles[3] as all_prev_down_chunk_iat_85,
    gap_percentiles[4] as all_prev_down_chunk_iat_90
  from so_far
)

select * from feat_segments order by window_number
