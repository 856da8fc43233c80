import type { FeatureDefinition, FeatureGroup } from './feature-definition.js';

/** Lengths of the time before the end of a window, in seconds. */
const SPANS = [30, 60, 120] as const;

const NO_SEGMENT = 'there is no such segment';
const NO_KIND = 'there is no such segment, or audio and video are not distinguished';
const NO_CLOCK = 'audio is no clock';

const feature = (
  group: FeatureGroup,
  name: string,
  unit: string,
  definition: string,
  nullWhen: string,
  isInput = true,
): FeatureDefinition => ({
  name,
  unit,
  family: 'Media',
  group,
  definition,
  nullWhen,
  source: 'own',
  evidence: 'exact',
  isInput,
});

/** In the order of the columns in `sql/31_media/feat_media.sql`. */
function spanFeatures(seconds: number): FeatureDefinition[] {
  const those = `the media segments completed in the ${seconds} s before the end of the window`;
  const over = `over ${seconds} s, or over the time since the start of the session if that is shorter`;
  const recent = (name: string, unit: string, definition: string, nullWhen: string): FeatureDefinition =>
    feature('recent media', `${seconds}s_${name}`, unit, definition, nullWhen);
  const size = (name: string, statistic: string): FeatureDefinition =>
    recent(name, 'bytes', `${statistic} of the sizes of ${those}`, NO_SEGMENT);
  const gap = (name: string, statistic: string): FeatureDefinition =>
    recent(
      `up_chunk_iat_${name}`,
      'ms',
      `${statistic} of the gaps between the requests of ${those} and the previous requests for media`,
      'there is no such gap',
    );
  return [
    recent('rate_kbps', 'kbit/s', `bytes of ${those} ${over}`, 'never'),
    size('avg_chunksize', 'mean'),
    size('std_chunksize', 'population standard deviation'),
    size('max_chunksize', 'maximum'),
    size('weighted_chunksize', 'mean, each segment weighted by its size,'),
    ...[25, 50, 75, 90].map((percent) =>
      size(`chunksizes_${percent}`, `percentile ${percent} (linear interpolation)`),
    ),
    gap('50', 'median'),
    gap('avg', 'mean'),
    gap('max', 'maximum'),
    recent('video_rate_kbps', 'kbit/s', `bytes of video among ${those} ${over}`, NO_KIND),
    recent('video_max_chunksize', 'bytes', `largest segment of video among ${those}`, NO_KIND),
    recent('video_chunksizes_50', 'bytes', `median size of segments of video among ${those}`, NO_KIND),
    recent(
      'video_audio_ratio',
      'ratio',
      `bytes of video over bytes of audio among ${those}`,
      'one of both is missing, or audio and video are not distinguished',
    ),
  ];
}

const lastFive = (kind: string): string =>
  `the last five segments of ${kind} completed by the end of the window`;
const rateOfFive = (kind: string): string =>
  `bytes of ${lastFive(kind)} over the time from the request before these five to the last request of the five`;

const KINDS: readonly FeatureDefinition[] = [
  feature('audio and video', 'video_5_max_chunksize', 'bytes', `largest of ${lastFive('video')}`, NO_KIND),
  feature(
    'audio and video',
    'video_5_chunksizes_50',
    'bytes',
    `median size of ${lastFive('video')}`,
    NO_KIND,
  ),
  feature(
    'audio and video',
    'video_5_rate_kbps',
    'kbit/s',
    rateOfFive('video'),
    'there are fewer than six such segments',
  ),
  feature(
    'audio and video',
    'audio_5_chunksizes_50',
    'bytes',
    `median size of ${lastFive('audio')}`,
    NO_KIND,
  ),
  feature(
    'audio and video',
    'audio_5_rate_kbps',
    'kbit/s',
    rateOfFive('audio'),
    'there are fewer than six such segments',
  ),
  feature(
    'audio and video',
    'audio_4_video_audio_ratio',
    'ratio',
    'bytes of video over bytes of audio, completed between the last segment of audio and the fourth before it: the bitrate of the video, in units of the bitrate of the audio, independent of the buffer',
    'there are fewer than five segments of audio',
  ),
  feature(
    'audio and video',
    'audio_4_spacing_seconds',
    's',
    'mean time between completions of the last five segments of audio',
    'there are fewer than five segments of audio',
  ),
];

const soFar = (name: string, unit: string, definition: string, nullWhen = NO_SEGMENT): FeatureDefinition =>
  feature(
    'all segments so far',
    `allprev_${name}`,
    unit,
    `${definition} completed since the start of the session`,
    nullWhen,
  );

const SO_FAR: readonly FeatureDefinition[] = [
  soFar('video_audio_ratio', 'ratio', 'bytes of video over bytes of audio', NO_KIND),
  soFar('media_rate_kbps', 'kbit/s', 'bytes of media per time, of the segments'),
  soFar('media_avg_chunksize', 'bytes', 'mean size of the media segments'),
  soFar('media_max_chunksize', 'bytes', 'largest of the media segments'),
  soFar(
    'media_weighted_chunksize',
    'bytes',
    'mean size, each segment weighted by its size, of the media segments',
  ),
  soFar('media_chunksizes_50', 'bytes', 'median size of the media segments'),
  soFar(
    'media_chunksizes_90',
    'bytes',
    'percentile 90 (linear interpolation) of the sizes of the media segments',
  ),
];

const CLOCK: readonly FeatureDefinition[] = [
  feature(
    'audio clock',
    'media_segments_so_far',
    'segments',
    'media segments completed since the start of the session',
    'never',
    false,
  ),
  feature(
    'audio clock',
    'media_age_seconds',
    's',
    'time since the last media segment was completed',
    NO_SEGMENT,
    false,
  ),
  feature(
    'audio clock',
    'media_seconds',
    's',
    'seconds of media downloaded since the start of the session: bytes of audio over 16,200',
    NO_CLOCK,
    false,
  ),
  feature(
    'audio clock',
    'video_media_kbps',
    'kbit/s',
    'bitrate of the video: audio_4_video_audio_ratio times the 129.6 kbit/s of the audio',
    NO_CLOCK,
    false,
  ),
  feature(
    'audio clock',
    'buffer_seconds',
    's',
    'seconds of media downloaded, less the time since the first request for audio: the media ahead of a player that has not paused or stalled',
    NO_CLOCK,
    false,
  ),
];

/**
 * Features of media segments: those of 20,000 bytes or more from servers that send media (`sql/20_staging`). A run on
 * captures learns from these by default. Audio is a clock where its bytes fit AAC at 129.6 kbit/s, which YouTube sends
 * for every title (16.2 kB per second of media, measured on 80 captures of the Requet data set).
 */
export const MEDIA_FEATURES: readonly FeatureDefinition[] = [
  ...SPANS.flatMap(spanFeatures),
  ...KINDS,
  ...SO_FAR,
  ...CLOCK,
];
