-- session_windows: one row per (session_id, window_index); start_us is inclusive, end_us exclusive. window_number
-- counts all windows from 0, in the order of the table: grouping by one small number is faster than by a text and a
-- number.
-- session_start_us: the session may begin within its first window.
-- reads: sessions
-- params: window_seconds, align
with origins as (
  select
    *,
    if($align = 'epoch', start_us - start_us % ($window_seconds::bigint * 1000000), start_us) as origin_us
  from sessions
),

windows as (
  select
    session_id,
    session_group,
    capture_id,
    client_address,
    service,
    unnest(range(0, (end_us - origin_us) // ($window_seconds::bigint * 1000000) + 1))::integer as window_index,
    origin_us,
    start_us as session_start_us,
    resolution_px,
    site,
    video_id
  from origins
),

session_windows as (
  select
    * exclude (origin_us),
    (row_number() over (order by session_id, window_index) - 1)::integer as window_number,
    origin_us + window_index * ($window_seconds::bigint * 1000000) as start_us,
    origin_us + (window_index + 1) * ($window_seconds::bigint * 1000000) as end_us
  from windows
)

select * from session_windows order by session_id, window_index
