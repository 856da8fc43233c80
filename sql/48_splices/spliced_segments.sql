-- spliced_segments: one row per media segment of a spliced session, as media_segments; times count from the session's
-- start. A segment that its piece cuts off keeps the part of its bytes that had arrived by then.
-- reads: training_splices, media_segments
-- params: window_seconds, media_bytes
with cut as (
  select
    piece.splice_id,
    piece.piece,
    media.completed_so_far,
    media.request_us - piece.from_us + piece.at_us as request_us,
    least(media.end_us, piece.to_us) - piece.from_us + piece.at_us as end_us,
    if(
      media.end_us <= piece.to_us,
      media.downstream_bytes,
      media.downstream_bytes * (piece.to_us - media.request_us) // (media.end_us - media.request_us)
    )::bigint as downstream_bytes,
    media.kind
  from training_splices as piece
  join media_segments as media
    on media.session_id = piece.session_id
    and media.request_us >= piece.from_us
    and media.request_us < piece.to_us
)

select
  splice_id as session_id,
  (row_number() over (partition by splice_id order by end_us, piece, completed_so_far))::integer as completed_so_far,
  request_us,
  end_us,
  (end_us // ($window_seconds::bigint * 1000000))::integer as end_window_index,
  downstream_bytes,
  kind
from cut
where downstream_bytes >= $media_bytes
order by session_id, completed_so_far
