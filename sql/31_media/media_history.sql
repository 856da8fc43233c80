-- media_history: one row per media segment, (session_id, completed_so_far): statistics of all media segments of the
-- session up to it. video_bytes, audio_bytes: null before the first such segment.
-- temporary
-- reads: media_segments
select
  session_id,
  completed_so_far,
  end_us,
  sum(downstream_bytes) over so_far as media_bytes,
  avg(downstream_bytes) over so_far as avg_chunksize,
  max(downstream_bytes) over so_far as max_chunksize,
  sum(downstream_bytes::double * downstream_bytes) over so_far / sum(downstream_bytes) over so_far as weighted_chunksize,
  quantile_cont(downstream_bytes, [0.5, 0.9]) over so_far as sizes,
  sum(downstream_bytes) filter (kind = 'video') over so_far as video_bytes,
  sum(downstream_bytes) filter (kind = 'audio') over so_far as audio_bytes,
  count(*) filter (kind = 'video') over so_far as videos_so_far,
  count(*) filter (kind = 'audio') over so_far as audios_so_far
from media_segments
window so_far as (partition by session_id order by completed_so_far rows unbounded preceding)
