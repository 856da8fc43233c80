-- audio_clocks: one row per session whose audio is a clock: its bytes are those of AAC at 129.6 kbit/s (16,200 bytes per
-- second of media, what YouTube sends, whatever the title), for the time in which audio was requested, with up to two
-- minutes ahead of the player.
-- temporary
-- reads: media_segments
with audio as (
  select
    session_id,
    min(request_us) as first_us,
    sum(downstream_bytes) / 16200 as media_seconds,
    (max(request_us) - min(request_us)) / 1e6 as seconds
  from media_segments
  where kind = 'audio'
  group by session_id
  having count(*) >= 4
)

select session_id, first_us
from audio
where seconds >= 30 and media_seconds between 0.8 * seconds and 1.1 * (seconds + 120)
