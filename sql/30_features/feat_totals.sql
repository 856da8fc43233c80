-- feat_totals: one row per (session_id, window_index): bytes of all IP traffic of the capture. Windows of many sessions
-- overlap, so packets are summed up once to the borders of windows, not once for each: by tenths of a second, then packet by
-- packet inside the tenths that hold a border.
-- reads: packets, session_windows, traffic_tenths
-- params: lengths
with borders as (
  select capture_id, start_us as at_us, start_us // 100000 as tenth from session_windows
  union
  select capture_id, end_us as at_us, end_us // 100000 as tenth from session_windows
),

sums as (
  select
    capture_id,
    tenth,
    sum(upstream_bytes) over up_to as upstream_bytes,
    sum(downstream_bytes) over up_to as downstream_bytes
  from traffic_tenths
  window up_to as (partition by capture_id order by tenth)
),

inside as (
  select
    border.capture_id,
    border.at_us,
    sum(if($lengths = 'wire', wire_length, captured_length)) filter (packet.is_upstream) as upstream_bytes,
    sum(if($lengths = 'wire', wire_length, captured_length)) filter (not packet.is_upstream) as downstream_bytes
  from main.packets as packet
  join borders as border
    on border.capture_id = packet.capture_id
    and border.tenth = packet.timestamp_us // 100000
    and border.at_us > packet.timestamp_us
  where packet.flow_id is not null
  group by border.capture_id, border.at_us
),

up_to as (
  select
    border.capture_id,
    border.at_us,
    coalesce(sums.upstream_bytes, 0) + coalesce(inside.upstream_bytes, 0) as upstream_bytes,
    coalesce(sums.downstream_bytes, 0) + coalesce(inside.downstream_bytes, 0) as downstream_bytes
  from borders as border
  asof left join sums on border.capture_id = sums.capture_id and border.tenth > sums.tenth
  left join inside on border.capture_id = inside.capture_id and border.at_us = inside.at_us
),

feat_totals as (
  select
    grid.session_id,
    grid.window_index,
    later.upstream_bytes - earlier.upstream_bytes as upstream_bytes,
    later.downstream_bytes - earlier.downstream_bytes as downstream_bytes
  from session_windows as grid
  join up_to as earlier on earlier.capture_id = grid.capture_id and earlier.at_us = grid.start_us
  join up_to as later on later.capture_id = grid.capture_id and later.at_us = grid.end_us
)

select * from feat_totals order by session_id, window_index
