-- assert_segment_sums: the bytes of completed segments add up to the running sum at the session's last window.
-- reads: session_segments, feat_windows
with sums as (
  select session_id, sum(downstream_bytes) as segment_bytes from session_segments group by all
),

last_windows as (
  select session_id, arg_max(cumsum_chunksizes, window_index) as cumulated from feat_windows group by all
)

select session_id, segment_bytes, cumulated
from sums
join last_windows using (session_id)
where abs(segment_bytes - cumulated) > 0.5
