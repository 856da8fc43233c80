/** What a feature is made of: packets, or media segments. */
export type FeatureFamily =
  'network' | 'transport' | 'segments in window' | 'last ten segments' | 'all segments so far';

/** One column of `feat_windows`. Names are those of the published dataset where its definition was verified. */
export interface FeatureDefinition {
  readonly name: string;
  readonly unit: string;
  readonly family: FeatureFamily;
  readonly definition: string;
}

const gaps = (prefix: string, family: FeatureFamily, what: string, which: string): FeatureDefinition[] =>
  (['avg', 'std', 'max', '50'] as const).map((statistic) => ({
    name: `${prefix}_${statistic}`,
    unit: 'ms',
    family,
    definition: `${{ avg: 'mean', std: 'population standard deviation', max: 'maximum', '50': 'median' }[statistic]} of the gaps between ${what}; ${which}`,
  }));

const sizes = (
  names: Readonly<Record<string, string>>,
  family: FeatureFamily,
  which: string,
): FeatureDefinition[] =>
  Object.entries(names).map(([name, statistic]) => ({
    name,
    unit: 'bytes',
    family,
    definition: `${statistic} of the segment sizes, ${which}`,
  }));

const bothWays = (
  suffix: string,
  unit: string,
  family: FeatureFamily,
  definition: string,
): FeatureDefinition[] => [
  { name: `user${suffix}`, unit, family, definition: `${definition}, upstream` },
  { name: `server${suffix}`, unit, family, definition: `${definition}, downstream` },
];

const IN_WINDOW = 'gaps whose later event falls in the window';
const SO_FAR = 'all gaps since the session began';

/** The features of a window, in column order. Null: nothing to observe. 0: observed to be zero. */
export const FEATURES: readonly FeatureDefinition[] = [
  ...bothWays('PacketCount', 'packets', 'network', 'packets of the session in the window'),
  ...bothWays('ByteCount', 'bytes', 'network', 'transport payload bytes'),
  {
    name: 'service_Video_throughput_up',
    unit: 'kbit/s',
    family: 'network',
    definition: 'bytes on the link over the window length, upstream',
  },
  {
    name: 'service_Video_throughput_down',
    unit: 'kbit/s',
    family: 'network',
    definition: 'bytes on the link over the window length, downstream',
  },
  {
    name: 'parallel_flows',
    unit: 'flows',
    family: 'network',
    definition: 'flows of the session with a packet in the window',
  },
  ...bothWays('AvgInterArrivalTime', 'ms', 'network', 'mean packet gap, per flow and then pooled'),
  ...bothWays(
    'StdInterArrivalTime',
    'ms',
    'network',
    'standard deviation of the packet gaps, per flow and then pooled',
  ),
  ...bothWays('MaxInterArrivalTime', 'ms', 'network', 'largest packet gap, per flow and then pooled'),
  ...bothWays('AvgBytesPerPacket', 'bytes', 'transport', 'mean payload of a packet'),
  ...bothWays('MaxBytesPerPacket', 'bytes', 'transport', 'largest payload of a packet'),
  {
    name: 'n_chunks_up',
    unit: 'segments',
    family: 'segments in window',
    definition: 'segments requested in the window',
  },
  {
    name: 'n_chunks_down',
    unit: 'segments',
    family: 'segments in window',
    definition: 'segments whose last byte came in the window',
  },
  {
    name: 'cumsum_diff',
    unit: 'bytes',
    family: 'segments in window',
    definition: 'bytes of the segments completed in the window',
  },
  ...gaps('up_chunk_iat', 'segments in window', 'segment requests', IN_WINDOW),
  ...gaps('down_chunk_iat', 'segments in window', 'segment completions', IN_WINDOW),
  ...sizes(
    {
      '10_avg_chunksize': 'mean',
      '10_std_chunksize': 'population standard deviation',
      '10_min_chunksize': 'smallest',
      '10_max_chunksize': 'largest',
      '10_chunksizes_50': 'median',
      '10_chunksizes_75': '75th percentile (linear interpolation)',
      '10_chunksizes_90': '90th percentile (linear interpolation)',
    },
    'last ten segments',
    'last ten completed by the end of the window',
  ),
  ...sizes(
    {
      allprev_avg_chunksize: 'mean',
      allprev_std_chunksize: 'population standard deviation',
      allprev_max_chunksize: 'largest',
      allprev_chunksizes_50: 'median',
      allprev_chunksizes_90: '90th percentile (linear interpolation)',
    },
    'all segments so far',
    'all completed by the end of the window',
  ),
  {
    name: 'cumsum_chunksizes',
    unit: 'bytes',
    family: 'all segments so far',
    definition: 'bytes of all segments completed by the end of the window',
  },
  {
    name: 'n_prev_down_chunk',
    unit: 'segments',
    family: 'all segments so far',
    definition: 'segments completed so far minus 1',
  },
  {
    name: 'up_down_ratio',
    unit: 'segments',
    family: 'all segments so far',
    definition:
      'requests so far minus completions so far: segments under way, in spite of the published name',
  },
  ...gaps('all_prev_down_chunk_iat', 'all segments so far', 'segment completions', SO_FAR),
];
