-- feat_totals: one row per window, in order: bytes of all IP traffic of the capture. Windows of many sessions overlap,
-- so packets are summed once up to each border of a window, not once for each window: slot by slot, then packet by
-- packet in the slots that contain a border.
-- temporary
-- reads: packets, session_windows, traffic_slots
-- params: lengths
with edges as (
  select window_number, capture_id, start_us as at_us, -1 as sign from session_windows
  union all
  select window_number, capture_id, end_us as at_us, 1 as sign from session_windows
),

borders as (
  select distinct capture_id, at_us, at_us >> getvariable('slot_bits') as slot from edges
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
    and border.slot = packet.timestamp_us >> getvariable('slot_bits')
    and border.at_us > packet.timestamp_us
  where packet.flow_id is not null
  group by border.capture_id, border.at_us
),

-- Borders and slots in one order, each border before its own slot.
moments as (
  select capture_id, slot, is_upstream, link_bytes, null as at_us from traffic_slots
  union all
  select capture_id, slot, null as is_upstream, null as link_bytes, at_us from borders
),

sums as (
  select
    capture_id,
    at_us,
    sum(link_bytes) filter (is_upstream) over so_far as upstream_bytes,
    sum(link_bytes) filter (not is_upstream) over so_far as downstream_bytes
  from moments
  window so_far as (partition by capture_id order by slot, at_us nulls last rows unbounded preceding)
),

up_to as (
  select
    capture_id,
    at_us,
    coalesce(sums.upstream_bytes, 0) + coalesce(inside.upstream_bytes, 0) as upstream_bytes,
    coalesce(sums.downstream_bytes, 0) + coalesce(inside.downstream_bytes, 0) as downstream_bytes
  from sums
  left join inside using (capture_id, at_us)
  where at_us is not null
),

-- One join for both edges: with two, DuckDB may first join all borders of a capture with each other.
feat_totals as (
  select
    window_number,
    sum(sign * upstream_bytes) as upstream_bytes,
    sum(sign * downstream_bytes) as downstream_bytes
  from edges
  join up_to using (capture_id, at_us)
  group by window_number
)

select * from feat_totals order by window_number
