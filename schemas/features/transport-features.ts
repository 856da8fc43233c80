import type { FeatureDefinition } from './feature-definition.js';
import { bothSides, packetStatistics } from './packet-statistics.js';

const TRAN = { family: 'Tran', isInput: true } as const;
const PUBLISHED = { ...TRAN, source: 'published' } as const;
const OWN = { ...TRAN, source: 'own', evidence: 'exact' } as const;

const NO_TCP = 'the session has no TCP flow';
const FLAGS = ['Ack', 'Syn', 'Fin', 'Rst', 'Psh', 'Urg'] as const;
const REPEATS = { Zero: 'never', One: 'once', Two: 'twice', X: 'more than twice' } as const;
const UPSTREAM = [['user', 'upstream']] as const;

const RETRANSMIT = {
  group: 'retransmission',
  unit: 'repeats',
  nullWhen: 'no TCP packet in the window',
} as const;
const COUNTED = { nullWhen: NO_TCP } as const;

/** Transport features, from TCP headers and payload lengths. On QUIC only those from payload lengths are not null. */
export const TRANSPORT_FEATURES: readonly FeatureDefinition[] = [
  ...packetStatistics({
    ...PUBLISHED,
    quantity: 'BytesPerPacket',
    group: 'bytes per packet',
    unit: 'bytes',
    evidence: 'inferred',
    definition: 'transport payload per packet (a pure ACK has 0; on QUIC, the payload of UDP)',
    nullWhen: 'no packet in the window',
  }),
  ...FLAGS.flatMap((flag) =>
    bothSides(`${flag}Flags`, {
      ...PUBLISHED,
      ...COUNTED,
      group: 'flags',
      unit: 'packets',
      evidence: 'certain',
      definition: `TCP packets with ${flag.toUpperCase()} set`,
    }),
  ),
  ...packetStatistics({
    ...PUBLISHED,
    quantity: 'Rwnd',
    group: 'receive window',
    unit: 'window field',
    evidence: 'inferred',
    definition: 'the window field of TCP packets as sent, not scaled (including SYN)',
    nullWhen: 'no TCP packet in the window',
  }),
  ...packetStatistics({
    ...PUBLISHED,
    quantity: 'BytesInFlight',
    group: 'bytes in flight',
    unit: 'bytes',
    evidence: 'inferred',
    definition:
      'the bytes from the last acknowledged one to the end of a TCP packet with payload, modulo 2^32 (published windows have additional samples of 0)',
    nullWhen: 'no such packet in the window',
  }),
  ...packetStatistics(
    {
      ...PUBLISHED,
      quantity: 'RTT',
      group: 'round trip',
      unit: 'us',
      evidence: 'exact',
      definition:
        'the time from an upstream TCP packet with payload, sent once, to the first ACK of its end (RFC 6298, Karn): one sample per packet, as the published kurtosis of -1.5 in windows of three requests shows',
      nullWhen: 'no sample in the window',
    },
    UPSTREAM,
  ),
  ...packetStatistics({
    ...PUBLISHED,
    ...RETRANSMIT,
    quantity: 'Retransmit',
    evidence: 'exact',
    isInput: false,
    definition:
      'the repeats of each distinct sequence number of a flow in the window; as published, pure ACKs count as repeats',
    twinQuantity: 'DataRetransmit',
  }),
  ...packetStatistics({
    ...OWN,
    ...RETRANSMIT,
    quantity: 'DataRetransmit',
    nullWhen: 'no TCP packet with payload in the window',
    definition:
      'the repeats of each distinct sequence number of a flow in the window, only packets with payload',
  }),
  ...Object.entries(REPEATS).flatMap(([name, times]) =>
    bothSides(`${name}Retransmit`, {
      ...PUBLISHED,
      ...COUNTED,
      group: 'retransmission',
      unit: '0 to 1',
      evidence: 'inferred',
      isInput: false,
      definition: `share of a flow's distinct sequence numbers repeated ${times} in the window (pure ACKs count as repeats), mean over the session's TCP flows so far, 0 for idle ones`,
    }),
  ),
  ...bothSides('RetransmittedPackets', {
    ...OWN,
    ...COUNTED,
    group: 'retransmission',
    unit: 'packets',
    definition: 'TCP packets with payload bytes that were seen before (except keep-alives)',
  }),
  ...bothSides('RetransmittedBytes', {
    ...OWN,
    ...COUNTED,
    group: 'retransmission',
    unit: 'bytes',
    definition: 'payload of those packets',
  }),
  ...bothSides('OutOfOrderPackets', {
    ...PUBLISHED,
    ...COUNTED,
    group: 'out of order',
    unit: 'packets',
    evidence: 'certain',
    isInput: false,
    definition:
      'TCP packets with payload that start below the highest sequence number of their flow so far, including retransmissions',
    correctTwin: 'GapFillingPackets',
  }),
  ...bothSides('OutOfOrderBytes', {
    ...PUBLISHED,
    ...COUNTED,
    group: 'out of order',
    unit: 'bytes',
    evidence: 'certain',
    isInput: false,
    definition: 'payload of those packets',
    correctTwin: 'GapFillingBytes',
  }),
  ...bothSides('GapFillingPackets', {
    ...OWN,
    ...COUNTED,
    group: 'out of order',
    unit: 'packets',
    definition:
      'TCP packets with only new payload below the highest byte seen: reordered, or retransmitted after a loss before the capture point',
  }),
  ...bothSides('GapFillingBytes', {
    ...OWN,
    ...COUNTED,
    group: 'out of order',
    unit: 'bytes',
    definition: 'payload of those packets',
  }),
];
