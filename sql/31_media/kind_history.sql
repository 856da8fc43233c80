-- kind_history: one row per segment of video or audio, (session_id, kind, number): the last five of its kind, and for
-- audio the video bytes per audio byte, both completed since the fourth audio segment before it.
-- rate_kbps: bytes of the five over the time from the request before them to the last request of the five.
-- temporary
-- reads: media_segments, media_history
with ordered as (
  select
    media.session_id,
    media.kind,
    media.request_us,
    media.end_us,
    media.downstream_bytes,
    coalesce(history.video_bytes, 0) as video_bytes,
    coalesce(history.audio_bytes, 0) as audio_bytes,
    row_number() over (partition by media.session_id, media.kind order by media.completed_so_far) as number
  from media_segments as media
  join media_history as history using (session_id, completed_so_far)
  where media.kind is not null
)

select
  session_id,
  kind,
  number,
  list(downstream_bytes) over last_five as sizes_bytes,
  8000 * sum(downstream_bytes) over last_five / nullif(greatest(request_us - lag(request_us, 5) over earlier, 0), 0) as rate_kbps,
  if(
    kind = 'audio',
    (video_bytes - lag(video_bytes, 4) over earlier) / nullif(audio_bytes - lag(audio_bytes, 4) over earlier, 0),
    null
  ) as video_audio_ratio,
  (end_us - lag(end_us, 4) over earlier) / 4e6 as spacing_seconds
from ordered
window
  earlier as (partition by session_id, kind order by number),
  last_five as (partition by session_id, kind order by number rows between 4 preceding and current row)
