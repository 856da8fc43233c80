-- feat_media: one row per window, in order: the features of media segments. A run learns from these unless it asks for
-- others; a spliced session has no others.
-- further columns: the features of the family Media in docs/features.md, in that order
-- temporary
-- reads: media_segments, session_windows, media_spans, media_history, kind_history, audio_clocks
with in_window as (
  select session_id, end_window_index as window_index, count(*) as completed
  from media_segments
  group by session_id, end_window_index
),

counted as (
  select
    grid.session_id,
    grid.window_index,
    grid.window_number,
    grid.start_us,
    grid.end_us,
    grid.session_start_us,
    sum(in_window.completed) over (partition by grid.session_id order by grid.window_index rows unbounded preceding) as completed_so_far
  from session_windows as grid
  left join in_window using (session_id, window_index)
),

so_far as (
  select
    counted.*,
    history.* exclude (session_id, completed_so_far, end_us),
    history.end_us as last_end_us
  from counted
  left join media_history as history using (session_id, completed_so_far)
),

in_order as (
  select
    so_far.window_number,
    list_max(video.sizes_bytes) as video_5_max_chunksize,
    list_aggregate(video.sizes_bytes, 'median') as video_5_chunksizes_50,
    video.rate_kbps as video_5_rate_kbps,
    list_aggregate(audio.sizes_bytes, 'median') as audio_5_chunksizes_50,
    audio.rate_kbps as audio_5_rate_kbps,
    audio.video_audio_ratio as audio_4_video_audio_ratio,
    audio.spacing_seconds as audio_4_spacing_seconds,
    so_far.video_bytes / so_far.audio_bytes as allprev_video_audio_ratio,
    8 * media_bytes / ((so_far.end_us - session_start_us) / 1000) as allprev_media_rate_kbps,
    avg_chunksize as allprev_media_avg_chunksize,
    max_chunksize as allprev_media_max_chunksize,
    weighted_chunksize as allprev_media_weighted_chunksize,
    sizes[1] as allprev_media_chunksizes_50,
    sizes[2] as allprev_media_chunksizes_90,
    coalesce(so_far.completed_so_far, 0)::integer as media_segments_so_far,
    (so_far.end_us - last_end_us) / 1e6 as media_age_seconds,
    if(clock.session_id is null, null, coalesce(so_far.audio_bytes, 0) / 16200) as media_seconds,
    if(clock.session_id is null, null, 129.6 * audio.video_audio_ratio) as video_media_kbps,
    if(
      clock.session_id is null or so_far.audio_bytes is null,
      null,
      so_far.audio_bytes / 16200 - (so_far.end_us - clock.first_us) / 1e6
    ) as buffer_seconds
  from so_far
  left join (from kind_history where kind = 'video') as video
    on video.session_id = so_far.session_id and video.number = so_far.videos_so_far
  left join (from kind_history where kind = 'audio') as audio
    on audio.session_id = so_far.session_id and audio.number = so_far.audios_so_far
  left join audio_clocks as clock on clock.session_id = so_far.session_id
),

ordered as (
  from in_order order by window_number
)

select
  if(
    span_30.window_number = ordered.window_number and
    span_60.window_number = ordered.window_number and
    span_120.window_number = ordered.window_number,
    ordered.window_number,
    error('media_spans is not in the order of session_windows')
  ) as window_number,
  span_30.rate_kbps as "30s_rate_kbps",
  span_30.avg_chunksize as "30s_avg_chunksize",
  span_30.std_chunksize as "30s_std_chunksize",
  span_30.max_chunksize as "30s_max_chunksize",
  span_30.weighted_chunksize as "30s_weighted_chunksize",
  span_30.sizes[1] as "30s_chunksizes_25",
  span_30.sizes[2] as "30s_chunksizes_50",
  span_30.sizes[3] as "30s_chunksizes_75",
  span_30.sizes[4] as "30s_chunksizes_90",
  span_30.gap_50 as "30s_up_chunk_iat_50",
  span_30.gap_avg as "30s_up_chunk_iat_avg",
  span_30.gap_max as "30s_up_chunk_iat_max",
  span_30.video_rate_kbps as "30s_video_rate_kbps",
  span_30.video_max_chunksize as "30s_video_max_chunksize",
  span_30.video_chunksizes_50 as "30s_video_chunksizes_50",
  span_30.video_audio_ratio as "30s_video_audio_ratio",
  span_60.rate_kbps as "60s_rate_kbps",
  span_60.avg_chunksize as "60s_avg_chunksize",
  span_60.std_chunksize as "60s_std_chunksize",
  span_60.max_chunksize as "60s_max_chunksize",
  span_60.weighted_chunksize as "60s_weighted_chunksize",
  span_60.sizes[1] as "60s_chunksizes_25",
  span_60.sizes[2] as "60s_chunksizes_50",
  span_60.sizes[3] as "60s_chunksizes_75",
  span_60.sizes[4] as "60s_chunksizes_90",
  span_60.gap_50 as "60s_up_chunk_iat_50",
  span_60.gap_avg as "60s_up_chunk_iat_avg",
  span_60.gap_max as "60s_up_chunk_iat_max",
  span_60.video_rate_kbps as "60s_video_rate_kbps",
  span_60.video_max_chunksize as "60s_video_max_chunksize",
  span_60.video_chunksizes_50 as "60s_video_chunksizes_50",
  span_60.video_audio_ratio as "60s_video_audio_ratio",
  span_120.rate_kbps as "120s_rate_kbps",
  span_120.avg_chunksize as "120s_avg_chunksize",
  span_120.std_chunksize as "120s_std_chunksize",
  span_120.max_chunksize as "120s_max_chunksize",
  span_120.weighted_chunksize as "120s_weighted_chunksize",
  span_120.sizes[1] as "120s_chunksizes_25",
  span_120.sizes[2] as "120s_chunksizes_50",
  span_120.sizes[3] as "120s_chunksizes_75",
  span_120.sizes[4] as "120s_chunksizes_90",
  span_120.gap_50 as "120s_up_chunk_iat_50",
  span_120.gap_avg as "120s_up_chunk_iat_avg",
  span_120.gap_max as "120s_up_chunk_iat_max",
  span_120.video_rate_kbps as "120s_video_rate_kbps",
  span_120.video_max_chunksize as "120s_video_max_chunksize",
  span_120.video_chunksizes_50 as "120s_video_chunksizes_50",
  span_120.video_audio_ratio as "120s_video_audio_ratio",
  ordered.* exclude (window_number)
from ordered
positional join (from media_spans where seconds = 30) as span_30
positional join (from media_spans where seconds = 60) as span_60
positional join (from media_spans where seconds = 120) as span_120
order by window_number
