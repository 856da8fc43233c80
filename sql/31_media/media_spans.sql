-- media_spans: one row per window and span of 30, 60 or 120 s, in order: the media segments completed in that time
-- before the window's end: bytes, sizes, and gaps before their requests. weighted_chunksize: mean size, each segment
-- weighted by its size. Soon after a switch of resolution a span contains only what plays now.
-- temporary
-- reads: media_segments, session_windows
-- params: window_seconds
with spans as (
  select * from (values (30), (60), (120)) as t(seconds)
),

media as (
  select
    session_id,
    end_us,
    end_window_index,
    kind,
    downstream_bytes::double as size_bytes,
    (request_us - lag(request_us) over (partition by session_id order by request_us, completed_so_far)) / 1000.0 as gap_ms
  from media_segments
),

followed as (
  select
    *,
    unnest(range(end_window_index, end_window_index + ceil(120 / $window_seconds)::integer + 1)) as window_index
  from media
),

recent as (
  select window_number, grid.end_us - followed.end_us as age_us, size_bytes, gap_ms, kind
  from followed
  join session_windows as grid using (session_id, window_index)
),

statistics as (
  select
    window_number,
    seconds,
    sum(size_bytes) as media_bytes,
    avg(size_bytes) as avg_chunksize,
    stddev_pop(size_bytes) as std_chunksize,
    max(size_bytes) as max_chunksize,
    sum(size_bytes * size_bytes) / sum(size_bytes) as weighted_chunksize,
    quantile_cont(size_bytes, [0.25, 0.5, 0.75, 0.9]) as sizes,
    avg(gap_ms) as gap_avg,
    max(gap_ms) as gap_max,
    median(gap_ms) as gap_50,
    sum(size_bytes) filter (kind = 'video') as video_bytes,
    max(size_bytes) filter (kind = 'video') as video_max_chunksize,
    median(size_bytes) filter (kind = 'video') as video_chunksizes_50,
    sum(size_bytes) filter (kind = 'audio') as audio_bytes
  from recent
  join spans on age_us <= seconds * 1000000
  group by window_number, seconds
)

select
  grid.window_number,
  spans.seconds,
  coalesce(media_bytes, 0) * 8 / 1000.0 / least(spans.seconds, (grid.end_us - grid.session_start_us) / 1e6) as rate_kbps,
  video_bytes * 8 / 1000.0 / least(spans.seconds, (grid.end_us - grid.session_start_us) / 1e6) as video_rate_kbps,
  video_bytes / audio_bytes as video_audio_ratio,
  statistics.* exclude (window_number, seconds, media_bytes, video_bytes)
from session_windows as grid
cross join spans
left join statistics using (window_number, seconds)
order by window_number, seconds
