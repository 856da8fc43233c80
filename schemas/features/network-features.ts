import type { FeatureDefinition } from './feature-definition.js';
import { bothSides, packetStatistics } from './packet-statistics.js';

const NET = { family: 'Net', isInput: true } as const;
const PUBLISHED = { ...NET, source: 'published' } as const;
const OWN = { ...NET, source: 'own', evidence: 'exact' } as const;

const throughput = (
  prefix: string,
  what: string,
  evidence: FeatureDefinition['evidence'],
): FeatureDefinition[] =>
  (
    [
      ['up', 'upstream'],
      ['down', 'downstream'],
    ] as const
  ).map(([way, direction]) => ({
    ...PUBLISHED,
    name: `${prefix}_${way}`,
    group: 'throughput',
    unit: 'kbit/s',
    evidence,
    definition: `bytes on the link over the window length: ${what}, ${direction}`,
    nullWhen: 'never',
  }));

/** Network features, from IP headers. */
export const NETWORK_FEATURES: readonly FeatureDefinition[] = [
  ...throughput('total_throughput', 'all IP packets of the capture', 'exact'),
  ...throughput(
    'service_Video_throughput',
    "the session's flows that have a segment of 20 kB or more",
    'exact',
  ),
  ...throughput(
    'service_non_video_throughput',
    "the session's flows without a segment of 20 kB or more",
    'inferred',
  ),
  {
    ...PUBLISHED,
    name: 'parallel_flows',
    group: 'flows',
    unit: 'flows',
    evidence: 'certain',
    definition: 'flows of the session with a packet in the window',
    nullWhen: 'never',
  },
  {
    ...PUBLISHED,
    name: 'avg_flow_age',
    group: 'flows',
    unit: 'ms',
    evidence: 'inferred',
    definition:
      'as published: the end of the window (since the start of the session) minus the mean time of the first packet (since 1970) of the flows in the window; about -1.5e12',
    nullWhen: 'no packet in the window',
    correctTwin: 'flow_age_ms_avg',
    isInput: false,
  },
  {
    ...OWN,
    name: 'flow_age_ms_avg',
    group: 'flows',
    unit: 'ms',
    definition: "mean time from a flow's first packet to the end of the window, over the flows in the window",
    nullWhen: 'no packet in the window',
  },
  {
    ...PUBLISHED,
    name: 'is_tcp',
    group: 'flows',
    unit: 'boolean',
    evidence: 'certain',
    definition: "more than half of the session's bytes on the link are TCP's",
    nullWhen: 'never',
  },
  ...bothSides('PacketCount', {
    ...PUBLISHED,
    group: 'packets',
    unit: 'packets',
    evidence: 'exact',
    definition: 'packets of the session in the window',
    nullWhen: 'never',
  }),
  ...bothSides('ByteCount', {
    ...PUBLISHED,
    group: 'packets',
    unit: 'bytes',
    evidence: 'exact',
    definition: 'transport payload',
    nullWhen: 'never',
  }),
  ...packetStatistics({
    ...PUBLISHED,
    quantity: 'InterArrivalTime',
    group: 'inter-arrival',
    unit: 'ms',
    evidence: 'inferred',
    definition: 'the gaps between packets of a flow, pooled over all flows of the session',
    nullWhen: 'there is no such gap',
  }),
  {
    ...OWN,
    name: 'window_coverage',
    group: 'capture',
    unit: '0 to 1',
    definition: 'share of the window between the first and the last packet of the capture',
    nullWhen: 'never',
    isInput: false,
  },
  {
    ...OWN,
    name: 'is_capture_cut',
    group: 'capture',
    unit: 'boolean',
    definition: 'the capture kept fewer bytes than were sent, or its file ends inside a record',
    nullWhen: 'never',
    isInput: false,
  },
];
