-- feat_segments: one row per (session_id, window_index): segments completed in the window, the last ten, all so far.
-- reads: session_segments, session_windows, segment_history
with gapped as (
  select
    session_id,
    end_window_index as window_index,
    downstream_bytes as size_bytes,
    (end_us - lag(end_us) over (partition by session_id order by end_us, flow_id, segment_index)) / 1000.0 as gap_ms
  from session_segments
  where downstream_bytes > 0
),

in_window as (
  select
    session_id,
    window_index,
    count(*)::integer as n_chunks_down,
    sum(size_bytes) as cumsum_diff,
    avg(gap_ms) as down_chunk_iat_avg,
    stddev_pop(gap_ms) as down_chunk_iat_std,
    max(gap_ms) as down_chunk_iat_max,
    quantile_cont(gap_ms, 0.5) as down_chunk_iat_50
  from gapped
  group by all
),

so_far as (
  select grid.session_id, grid.window_index, history.* exclude (session_id, end_us)
  from session_windows as grid
  asof left join segment_history as history
    on grid.session_id = history.session_id and grid.end_us > history.end_us
),

feat_segments as (
  select
    so_far.*,
    coalesce(in_window.n_chunks_down, 0) as n_chunks_down,
    coalesce(in_window.cumsum_diff, 0) as cumsum_diff,
    in_window.down_chunk_iat_avg,
    in_window.down_chunk_iat_std,
    in_window.down_chunk_iat_max,
    in_window.down_chunk_iat_50
  from so_far
  left join in_window using (session_id, window_index)
)

select * from feat_segments order by session_id, window_index
