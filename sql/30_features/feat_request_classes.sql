-- feat_request_classes: one row per window, in order: for each class of requests, the last five segments completed by
-- the end of the window, and how the bytes divide between the classes.
-- temporary
-- reads: request_classes, session_windows
with completed as (
  select
    session_id,
    is_long,
    row_number() over class as completed_so_far,
    list(downstream_bytes) over last_five as sizes_bytes,
    8000 * sum(downstream_bytes) over last_five / nullif(greatest(request_us - lag(request_us, 5) over class, 0), 0) as rate_kbps
  from request_classes
  window
    class as (partition by session_id, is_long order by end_us, flow_id, segment_index),
    last_five as (
      partition by session_id, is_long order by end_us, flow_id, segment_index rows between 4 preceding and current row
    )
),

in_window as (
  select
    session_id,
    end_window_index as window_index,
    count(*) filter (is_long) as longs,
    count(*) filter (not is_long) as shorts,
    sum(if(is_long, downstream_bytes, 0)) as long_bytes,
    sum(if(is_long, 0, downstream_bytes)) as short_bytes
  from request_classes
  group by session_id, end_window_index
),

so_far as (
  select
    grid.session_id,
    grid.window_number,
    grid.end_us - 120 * 1000000 as two_minutes_before_us,
    sum(longs) over earlier as longs,
    sum(shorts) over earlier as shorts,
    sum(long_bytes) over earlier as long_bytes,
    sum(short_bytes) over earlier as short_bytes
  from session_windows as grid
  left join in_window using (session_id, window_index)
  window earlier as (partition by grid.session_id order by grid.window_index rows unbounded preceding)
),

-- Windows, each at the time two minutes before its end, and completions, in one order of time. A segment that ends at
-- exactly that time counts as later.
moments as (
  select session_id, end_us as at_us, downstream_bytes, is_long, null as window_number from request_classes
  union all
  select session_id, two_minutes_before_us as at_us, null as downstream_bytes, null as is_long, window_number from so_far
),

until_then as (
  select
    window_number,
    sum(downstream_bytes) filter (is_long) over earlier as long_bytes,
    sum(downstream_bytes) filter (not is_long) over earlier as short_bytes
  from moments
  window earlier as (partition by session_id order by at_us, window_number nulls last rows unbounded preceding)
  qualify window_number is not null
),

feat_request_classes as (
  select
    so_far.window_number,
    list_min(short.sizes_bytes) as short_5_min_chunksize,
    list_max(short.sizes_bytes) as short_5_max_chunksize,
    list_aggregate(short.sizes_bytes, 'median') as short_5_chunksizes_50,
    short.rate_kbps as short_5_rate_kbps,
    list_min(long.sizes_bytes) as long_5_min_chunksize,
    list_max(long.sizes_bytes) as long_5_max_chunksize,
    list_aggregate(long.sizes_bytes, 'median') as long_5_chunksizes_50,
    long.rate_kbps as long_5_rate_kbps,
    so_far.long_bytes / nullif(so_far.short_bytes, 0) as long_short_ratio,
    (so_far.long_bytes - coalesce(until_then.long_bytes, 0))
      / nullif(so_far.short_bytes - coalesce(until_then.short_bytes, 0), 0) as long_short_ratio_120s
  from so_far
  left join (from completed where not is_long) as short
    on so_far.session_id = short.session_id and so_far.shorts = short.completed_so_far
  left join (from completed where is_long) as long
    on so_far.session_id = long.session_id and so_far.longs = long.completed_so_far
  join until_then using (window_number)
)

select * from feat_request_classes order by window_number
