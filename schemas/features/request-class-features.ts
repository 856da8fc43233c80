import type { FeatureDefinition, FeatureGroup } from './feature-definition.js';

const feature = (
  name: string,
  unit: string,
  definition: string,
  nullWhen: string,
  group: FeatureGroup = 'request classes',
): FeatureDefinition => ({
  name,
  unit,
  family: 'App',
  group,
  definition,
  nullWhen,
  source: 'own',
  evidence: 'exact',
  isInput: true,
});

const CLASSES = ['short', 'long'] as const;
const SIZES = { '5_min_chunksize': 'smallest', '5_max_chunksize': 'largest', '5_chunksizes_50': 'median' };

/**
 * Features from the two sizes of requests (`sql/30_features/request_classes.sql`). On YouTube in 2018 a request for
 * audio is about 64 bytes shorter than one for video, in each of 80 sessions. So the long class is video. Since the
 * bitrate of audio hardly changes, video bytes over audio bytes give the bitrate of the video, independent of the
 * player's buffer.
 */
export const REQUEST_CLASS_FEATURES: readonly FeatureDefinition[] = [
  ...CLASSES.flatMap((name) => {
    const lastFive = `the last five segments with ${name} requests completed by the end of the window`;
    return [
      ...Object.entries(SIZES).map(([suffix, statistic]) =>
        feature(
          `${name}_${suffix}`,
          'bytes',
          `${statistic} size of ${lastFive}`,
          'there is no such segment, or requests are not of two sizes',
        ),
      ),
      feature(
        `${name}_5_rate_kbps`,
        'kbit/s',
        `bytes of ${lastFive} over the time from the request before these five to the last request of the five`,
        'there are fewer than six such segments, or requests are not of two sizes',
      ),
    ];
  }),
  feature(
    'long_short_ratio',
    'ratio',
    'bytes of all segments so far with long requests over bytes of those with short requests',
    'no segment with a short request is completed yet, or requests are not of two sizes',
    'all segments so far',
  ),
  feature(
    'long_short_ratio_120s',
    'ratio',
    'bytes of the segments with long requests over bytes of those with short requests, completed in the 120 s before the end of the window',
    'no segment with a short request is completed in that time, or requests are not of two sizes',
  ),
];
