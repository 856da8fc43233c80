import type { FeatureDefinition } from './feature-definition.js';

/** Lengths of the time before the end of a window, in seconds. */
const SPANS = [60, 120] as const;

const SIZES = {
  avg_chunksize: 'mean',
  std_chunksize: 'population standard deviation',
  min_chunksize: 'minimum',
  max_chunksize: 'maximum',
  chunksizes_50: 'median',
  chunksizes_75: '75th percentile (linear interpolation)',
  chunksizes_90: '90th percentile (linear interpolation)',
} as const;

const GAPS = { '50': 'median', avg: 'mean', max: 'maximum' } as const;

/**
 * Segments of media size (20,000 bytes or more) of the last one or two minutes: longer than the last ten segments, and
 * unlike features of the whole session, they forget the resolution before a switch.
 */
export const RECENT_SEGMENT_FEATURES: readonly FeatureDefinition[] = SPANS.flatMap((seconds) => {
  const those = `the segments of media size completed in the ${seconds} s before the end of the window`;
  const feature = (name: string, unit: string, definition: string, nullWhen: string): FeatureDefinition => ({
    name: `${seconds}s_${name}`,
    unit,
    family: 'App',
    group: 'recent segments',
    definition,
    nullWhen,
    source: 'own',
    evidence: 'exact',
    isInput: true,
  });
  return [
    feature(
      'rate_kbps',
      'kbit/s',
      `bytes of ${those} over ${seconds} s, or over the time since the start of the session if that is shorter`,
      'never',
    ),
    ...Object.entries(SIZES).map(([suffix, statistic]) =>
      feature(suffix, 'bytes', `${statistic} of the sizes of ${those}`, 'there is no such segment'),
    ),
    ...Object.entries(GAPS).map(([suffix, statistic]) =>
      feature(
        `up_chunk_iat_${suffix}`,
        'ms',
        `${statistic} of the gaps between the requests of ${those} and the previous requests`,
        'there is no such gap',
      ),
    ),
  ];
});
