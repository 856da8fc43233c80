-- feat_request_classes: one row per (session_id, window_index): the last five segments of each class of requests that were
-- completed by the end of the window, and how the bytes divide between the classes.
-- temporary
-- reads: request_classes, session_windows
with completed as (
  select
    *,
    list(downstream_bytes) over last_five as sizes_bytes,
    8000 * sum(downstream_bytes) over last_five / nullif(greatest(request_us - lag(request_us, 5) over class, 0), 0) as rate_kbps
  from request_classes
  window
    class as (partition by session_id, is_long order by end_us, flow_id, segment_index),
    last_five as (
      partition by session_id, is_long order by end_us, flow_id, segment_index rows between 4 preceding and current row
    )
),

last_of_class as (
  select * from completed
  qualify row_number() over (partition by session_id, is_long, end_us order by flow_id desc, segment_index desc) = 1
),

bytes_so_far as (
  select
    session_id,
    end_us,
    sum(if(is_long, downstream_bytes, 0)) over so_far as long_bytes,
    sum(if(is_long, 0, downstream_bytes)) over so_far as short_bytes
  from request_classes
  window so_far as (partition by session_id order by end_us)
),

grid as (
  select session_id, window_index, end_us, end_us - 120 * 1000000 as two_minutes_before_us from session_windows
),

feat_request_classes as (
  select
    grid.session_id,
    grid.window_index,
    list_min(short.sizes_bytes) as short_5_min_chunksize,
    list_max(short.sizes_bytes) as short_5_max_chunksize,
    list_aggregate(short.sizes_bytes, 'median') as short_5_chunksizes_50,
    short.rate_kbps as short_5_rate_kbps,
    list_min(long.sizes_bytes) as long_5_min_chunksize,
    list_max(long.sizes_bytes) as long_5_max_chunksize,
    list_aggregate(long.sizes_bytes, 'median') as long_5_chunksizes_50,
    long.rate_kbps as long_5_rate_kbps,
    until_now.long_bytes / nullif(until_now.short_bytes, 0) as long_short_ratio,
    (until_now.long_bytes - coalesce(until_then.long_bytes, 0))
      / nullif(until_now.short_bytes - coalesce(until_then.short_bytes, 0), 0) as long_short_ratio_120s
  from grid
  asof left join (from last_of_class where not is_long) as short
    on grid.session_id = short.session_id and grid.end_us > short.end_us
  asof left join (from last_of_class where is_long) as long
    on grid.session_id = long.session_id and grid.end_us > long.end_us
  asof left join bytes_so_far as until_now
    on grid.session_id = until_now.session_id and grid.end_us > until_now.end_us
  asof left join bytes_so_far as until_then
    on grid.session_id = until_then.session_id and grid.two_minutes_before_us > until_then.end_us
)

select * from feat_request_classes
