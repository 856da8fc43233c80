-- assert_segment_sums: the bytes of the segments that a session completes within its windows add up to the running sum
-- at its last window.
-- reads: session_segments, feat_windows
with last_windows as (
  select session_id, max(window_index) as last_index, arg_max(cumsum_chunksizes, window_index) as cumulated
  from feat_windows
  group by session_id
),

sums as (
  select session_id, sum(downstream_bytes) as segment_bytes
  from session_segments
  join last_windows using (session_id)
  where role <> 'other server' and end_window_index <= last_index
  group by session_id
)

select session_id, segment_bytes, cumulated
from last_windows
left join sums using (session_id)
where abs(coalesce(segment_bytes, 0) - cumulated) > 0.5
