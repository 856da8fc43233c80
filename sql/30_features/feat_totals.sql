-- feat_totals: one row per (session_id, window_index) that has an IP packet of the capture: bytes of all its traffic.
-- reads: packets, session_windows
-- params: window_seconds, lengths
with bounds as (
  select session_id, capture_id, min(start_us) as origin_us, max(end_us) as bound_us
  from session_windows
  group by all
),

feat_totals as (
  select
    bound.session_id,
    ((packet.timestamp_us - bound.origin_us) // ($window_seconds::bigint * 1000000))::integer as window_index,
    coalesce(sum(if($lengths = 'wire', wire_length, captured_length)) filter (is_upstream), 0) as upstream_bytes,
    coalesce(sum(if($lengths = 'wire', wire_length, captured_length)) filter (not is_upstream), 0) as downstream_bytes
  from main.packets as packet
  join bounds as bound
    on bound.capture_id = packet.capture_id
    and packet.timestamp_us >= bound.origin_us
    and packet.timestamp_us < bound.bound_us
  where packet.flow_id is not null
  group by all
)

select * from feat_totals order by session_id, window_index
