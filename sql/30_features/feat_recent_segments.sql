-- feat_recent_segments: one row per window, in order: the segments of media size in the 60 and the 120 s before its
-- end: their bytes, sizes and the gaps before their requests. After a switch of resolution these soon contain only
-- what plays now.
-- temporary
-- reads: session_segments, session_windows
-- params: window_seconds, media_bytes
with media as (
  select
    session_id,
    end_us,
    end_window_index,
    downstream_bytes as size_bytes,
    (request_us - lag(request_us) over (partition by session_id order by request_us, flow_id, segment_index)) / 1000.0 as gap_ms
  from session_segments
  where downstream_bytes >= $media_bytes
),

followed as (
  select
    *,
    unnest(range(end_window_index, end_window_index + ceil(120 / $window_seconds)::integer + 1)) as window_index
  from media
),

recent as (
  select
    window_number,
    size_bytes,
    gap_ms,
    grid.end_us - followed.end_us <= 60 * 1000000 as is_within_60s
  from followed
  join session_windows as grid using (session_id, window_index)
  where grid.end_us - followed.end_us <= 120 * 1000000
),

statistics as (
  select
    window_number,
    sum(size_bytes) filter (is_within_60s) as "60s_bytes",
    avg(size_bytes) filter (is_within_60s) as "60s_avg_chunksize",
    stddev_pop(size_bytes) filter (is_within_60s) as "60s_std_chunksize",
    min(size_bytes) filter (is_within_60s) as "60s_min_chunksize",
    max(size_bytes) filter (is_within_60s) as "60s_max_chunksize",
    quantile_cont(size_bytes, [0.5, 0.75, 0.9]) filter (is_within_60s) as "60s_sizes",
    avg(gap_ms) filter (is_within_60s) as "60s_up_chunk_iat_avg",
    max(gap_ms) filter (is_within_60s) as "60s_up_chunk_iat_max",
    median(gap_ms) filter (is_within_60s) as "60s_up_chunk_iat_50",
    sum(size_bytes) as "120s_bytes",
    avg(size_bytes) as "120s_avg_chunksize",
    stddev_pop(size_bytes) as "120s_std_chunksize",
    min(size_bytes) as "120s_min_chunksize",
    max(size_bytes) as "120s_max_chunksize",
    quantile_cont(size_bytes, [0.5, 0.75, 0.9]) as "120s_sizes",
    avg(gap_ms) as "120s_up_chunk_iat_avg",
    max(gap_ms) as "120s_up_chunk_iat_max",
    median(gap_ms) as "120s_up_chunk_iat_50"
  from recent
  group by window_number
)

select window_number, statistics.* exclude (window_number)
from session_windows
left join statistics using (window_number)
order by window_number
