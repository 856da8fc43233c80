-- media_segments: one row per media segment of a session, numbered in the order of completion.
-- reads: session_segments
select
  session_id,
  (row_number() over (partition by session_id order by end_us, flow_id, segment_index))::integer as completed_so_far,
  request_us,
  end_us,
  end_window_index,
  downstream_bytes,
  kind
from session_segments
where role = 'media'
order by session_id, completed_so_far
