import type { FeatureDefinition, FeatureGroup } from './feature-definition.js';

type Definition = Omit<FeatureDefinition, 'name' | 'family' | 'group'>;

const PUBLISHED = { source: 'published', evidence: 'exact', isInput: true } as const;
const OWN = { source: 'own', evidence: 'exact', isInput: true } as const;

const STATISTICS = {
  avg: 'mean',
  std: 'population standard deviation',
  min: 'minimum',
  max: 'maximum',
  '50': 'median',
  '75': '75th percentile (linear interpolation)',
  '85': '85th percentile (linear interpolation)',
  '90': '90th percentile (linear interpolation)',
} as const;
type Statistic = keyof typeof STATISTICS;
const ALL_STATISTICS = Object.keys(STATISTICS) as readonly Statistic[];

/** Percentiles of the request gaps of a window whose published columns all contain the median. */
const BROKEN_PERCENTILES: readonly Statistic[] = ['75', '85', '90'];

const feature = (name: string, group: FeatureGroup, definition: Definition): FeatureDefinition => ({
  name,
  family: 'App',
  group,
  ...definition,
});

const gaps = (prefix: string, group: FeatureGroup, of: string): FeatureDefinition[] =>
  ALL_STATISTICS.filter(
    (statistic) => prefix !== 'up_chunk_iat' || !BROKEN_PERCENTILES.includes(statistic),
  ).map((statistic) =>
    feature(`${prefix}_${statistic}`, group, {
      ...PUBLISHED,
      unit: 'ms',
      evidence: statistic === 'min' || statistic === 'max' ? 'certain' : 'exact',
      definition: `${STATISTICS[statistic]} of ${of}`,
      nullWhen: 'there is no such gap',
    }),
  );

const sizes = (prefix: string, group: FeatureGroup, of: string): FeatureDefinition[] =>
  ALL_STATISTICS.map((statistic) =>
    feature(
      /^\d/.test(statistic) ? `${prefix}_chunksizes_${statistic}` : `${prefix}_${statistic}_chunksize`,
      group,
      {
        ...PUBLISHED,
        unit: 'bytes',
        definition: `${STATISTICS[statistic]} of the sizes of ${of}`,
        nullWhen: 'no segment is completed yet',
      },
    ),
  );

const REQUEST_GAPS = 'the gaps between segment requests';
const COMPLETION_GAPS = 'the gaps between segment completions (last bytes)';
const IN_WINDOW = 'whose later event falls in the window';
const SO_FAR = 'since the start of the session';

const IN_WINDOW_FEATURES: readonly FeatureDefinition[] = [
  feature('n_chunks_up', 'segments in window', {
    ...PUBLISHED,
    unit: 'segments',
    definition: 'segments requested in the window',
    nullWhen: 'never',
  }),
  feature('n_chunks_down', 'segments in window', {
    ...PUBLISHED,
    unit: 'segments',
    definition: 'segments whose last byte arrived in the window',
    nullWhen: 'never',
  }),
  feature('cumsum_diff', 'segments in window', {
    ...PUBLISHED,
    unit: 'bytes',
    definition:
      'increase of cumsum_chunksizes since the previous window; as published, 0 in the first window',
    nullWhen: 'never',
    correctTwin: 'completed_bytes',
    isInput: false,
  }),
  feature('completed_bytes', 'segments in window', {
    ...OWN,
    unit: 'bytes',
    definition: 'bytes of the segments completed in the window, also in the first window',
    nullWhen: 'never',
  }),
  ...gaps('up_chunk_iat', 'segments in window', `${REQUEST_GAPS} ${IN_WINDOW}`),
  ...BROKEN_PERCENTILES.map((statistic) =>
    feature(`up_chunk_iat_${statistic}`, 'segments in window', {
      ...PUBLISHED,
      unit: 'ms',
      definition: `as published: the median (same as up_chunk_iat_50), despite the name`,
      nullWhen: 'there is no such gap',
      correctTwin: `up_chunk_iat_p${statistic}`,
      isInput: false,
    }),
  ),
  ...BROKEN_PERCENTILES.map((statistic) =>
    feature(`up_chunk_iat_p${statistic}`, 'segments in window', {
      ...OWN,
      unit: 'ms',
      definition: `${STATISTICS[statistic]} of ${REQUEST_GAPS} ${IN_WINDOW}`,
      nullWhen: 'there is no such gap',
    }),
  ),
  ...gaps('down_chunk_iat', 'segments in window', `${COMPLETION_GAPS} ${IN_WINDOW}`),
];

const LAST_TEN_FEATURES: readonly FeatureDefinition[] = [
  ...sizes('10', 'last ten segments', 'the last ten segments completed by the end of the window'),
  feature('10_EWMA_chunksizes', 'last ten segments', {
    ...PUBLISHED,
    unit: 'bytes, k x 1',
    definition:
      'exponentially weighted means of the sizes of the last ten segments, oldest first: weights (1/4)^j, divided by their sum (pandas ewm, alpha 0.75, adjust=True)',
    nullWhen: 'no segment is completed yet',
    isInput: false,
  }),
  feature('ewma_chunksize', 'last ten segments', {
    ...OWN,
    unit: 'bytes',
    definition: 'the last, newest value of 10_EWMA_chunksizes',
    nullWhen: 'no segment is completed yet',
  }),
];

const SO_FAR_FEATURES: readonly FeatureDefinition[] = [
  ...sizes('allprev', 'all segments so far', 'all segments completed by the end of the window'),
  feature('cumsum_chunksizes', 'all segments so far', {
    ...PUBLISHED,
    unit: 'bytes',
    definition: 'bytes of all segments completed by the end of the window',
    nullWhen: 'never',
  }),
  feature('n_prev_up_chunk', 'all segments so far', {
    ...PUBLISHED,
    unit: 'segments',
    definition: 'segments requested so far minus 1',
    nullWhen: 'never',
  }),
  feature('n_prev_down_chunk', 'all segments so far', {
    ...PUBLISHED,
    unit: 'segments',
    definition: 'segments completed so far minus 1',
    nullWhen: 'never',
  }),
  feature('up_down_ratio', 'all segments so far', {
    ...PUBLISHED,
    unit: 'segments',
    definition: 'requests so far minus completions so far: segments in progress, despite the published name',
    nullWhen: 'never',
  }),
  ...gaps('all_prev_up_chunk_iat', 'all segments so far', `${REQUEST_GAPS} ${SO_FAR}`),
  ...gaps('all_prev_down_chunk_iat', 'all segments so far', `${COMPLETION_GAPS} ${SO_FAR}`),
];

const timing = (name: string, unit: string, definition: string, nullWhen: string): FeatureDefinition =>
  feature(name, 'segment timing', { ...OWN, unit, definition, nullWhen });

const NONE_COMPLETED = 'no segment is completed in the window';
const NO_SLACK = 'no flow sends a further request in the window';

const TIMING_FEATURES: readonly FeatureDefinition[] = [
  timing(
    'ttfb_ms_avg',
    'ms',
    'mean time from request to first byte of the segments completed in the window',
    NONE_COMPLETED,
  ),
  timing('ttfb_ms_max', 'ms', 'longest time from request to first byte of those segments', NONE_COMPLETED),
  timing('download_ms_avg', 'ms', 'mean time from first to last byte of those segments', NONE_COMPLETED),
  timing('download_ms_max', 'ms', 'longest time from first to last byte of those segments', NONE_COMPLETED),
  timing(
    'download_rate_kbps',
    'kbit/s',
    'bytes of those segments over the sum of their times from first to last byte',
    'no segment that took time is completed in the window',
  ),
  timing(
    'slack_ms_avg',
    'ms',
    'mean time from the last byte of a segment to the next request on its flow; counted in the window of that request',
    NO_SLACK,
  ),
  timing('slack_ms_max', 'ms', 'longest such time', NO_SLACK),
  timing(
    'overlap_avg',
    'segments',
    'mean number of other segments of the session in progress when a segment is requested in the window',
    'no segment is requested in the window',
  ),
  timing(
    'on_share',
    '0 to 1',
    'share of the window in which a segment is in progress, from its request to its last byte',
    'never',
  ),
];

/** Application features, from the session's segments. */
export const SEGMENT_FEATURES: readonly FeatureDefinition[] = [
  ...IN_WINDOW_FEATURES,
  ...LAST_TEN_FEATURES,
  ...SO_FAR_FEATURES,
  ...TIMING_FEATURES,
];
