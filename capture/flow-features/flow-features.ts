import type { FlowFeatureKind } from '../../schemas/flow-feature-kinds.js';
import type { FlowSplit } from '../../schemas/flow-features.js';
import { STATS_COLUMNS } from '../../schemas/flow-features.js';
import { FlowFeaturesError } from './flow-features-error.js';
import { durationSeconds, type OneWayFlow } from './one-way-flow.js';
import { quantile } from './quantile.js';
import { samplesOf } from './samples.js';
import { splitAtInterval, splitAtTimeouts } from './split-flows.js';
import { statsOf } from './stats.js';

/** Quantile of the flow durations that gives the sampling interval. netml uses this fixed value. */
const SAMPLING_QUANTILE = 0.3;

/**
 * The flows of a capture and their representations, equal to those of netml 0.7.1 (`PCAP.pcap2flows`, then
 * `flow2features` for each kind). Its unusual choices are kept:
 *
 * - A flow has one direction. It contains all packets of a five-tuple, across connections, until a timeout.
 * - Lengths are captured lengths, link layer included, not lengths on the wire.
 * - Times are float64 seconds since 1970, so a gap has an error of up to 0.24 microseconds.
 * - Flows are cut again at silences longer than the 0.9 quantile of the flow durations ({@link splitAtInterval}),
 *   and everything after a flow's last cut is dropped.
 * - The width of a row is the 0.9 quantile of the packet counts, rounded down. Longer flows are cut off; shorter
 *   ones are filled with zeros, which look like true zeros. Only `STATS` uses all packets.
 * - A row of `IAT_SIZE` ends with a size if the flow fits, and with a gap if it is cut off.
 * - The sampling interval is the 0.3 quantile of the flow durations, so it differs between captures. Rows of
 *   samples end at 500 values ({@link samplesOf}).
 * - All IPv6 packets of a capture, both directions, TCP and UDP, form one flow without addresses.
 *
 * Where netml raises an error, this class gives no flows (capture without flows), gives no samples ({@link
 * FlowFeatures.has}) or throws an error. netml's options `fft` and `header` are not offered (TTL is not stored),
 * nor is `interval`, with which its `flow2features` always fails.
 *
 * The packets are those that this decoder sees. Results differ from netml where scapy sees other packets: later
 * fragments belong to their flow (netml drops them), tunnels are decoded (netml combines outer addresses with inner
 * ports), times are whole microseconds (netml keeps the file's resolution), and some link layers and pcapng blocks
 * are read that scapy cannot read.
 */
export class FlowFeatures {
  /** Ordered by first packet in the file; parts of one flow ordered by time. */
  readonly flows: readonly OneWayFlow[];
  /** Length of silence at which flows are cut; NaN without flows. */
  readonly intervalSeconds: number;
  readonly samplingSeconds: number;
  readonly #packets: number;

  /**
   * @param flows from `FlowCollector`
   * @throws FlowFeaturesError if the interval is 0 but a flow has gaps: most flows have no duration (netml fails
   *   with an OverflowError)
   */
  constructor(flows: readonly OneWayFlow[], split: FlowSplit) {
    const whole = splitAtTimeouts(flows, split.timeoutSeconds, split.minPackets);
    const durations = whole.map(durationSeconds);
    this.intervalSeconds = whole.length === 0 ? NaN : quantile(durations, split.quantile);
    if (this.intervalSeconds === 0 && durations.some((seconds) => seconds > 0)) {
      throw new FlowFeaturesError(
        `the ${split.quantile} quantile of the flows' durations is 0 s, so flows cannot be cut at it; a larger quantile may help`,
      );
    }
    this.flows = splitAtInterval(whole, this.intervalSeconds, split.minPackets);
    const isEmpty = this.flows.length === 0;
    this.samplingSeconds = isEmpty ? NaN : quantile(this.flows.map(durationSeconds), SAMPLING_QUANTILE);
    const counts = this.flows.map(({ timesSeconds }) => timesSeconds.length);
    this.#packets = isEmpty ? 0 : Math.floor(quantile(counts, split.quantile));
  }

  /** False for samples if the sampling interval is 0 but a flow has gaps (netml fails with an OverflowError). */
  has(kind: FlowFeatureKind): boolean {
    if (kind !== 'SAMP_NUM' && kind !== 'SAMP_SIZE') return true;
    return this.samplingSeconds !== 0 || this.flows.every((flow) => durationSeconds(flow) === 0);
  }

  /** Values in a row of this kind. */
  width(kind: FlowFeatureKind): number {
    switch (kind) {
      case 'SIZE':
        return this.#packets;
      case 'IAT':
      case 'SAMP_NUM':
      case 'SAMP_SIZE':
        return this.#packets - 1;
      case 'IAT_SIZE':
        return 2 * this.#packets - 1;
      case 'STATS':
        return STATS_COLUMNS.length;
    }
  }

  /** Representation of one of `flows`, cut or filled with zeros to the width of the kind. */
  row(kind: FlowFeatureKind, flow: OneWayFlow): number[] {
    const values = this.#values(kind, flow);
    const width = this.width(kind);
    if (values.length > width) return values.slice(0, width);
    while (values.length < width) values.push(0);
    return values;
  }

  #values(kind: FlowFeatureKind, flow: OneWayFlow): number[] {
    const { timesSeconds, lengthsBytes } = flow;
    // One packet more than the width: a cut row of IAT_SIZE ends with a gap, a complete one with a size.
    const packets = Math.min(timesSeconds.length, this.#packets + 1);
    const gapSeconds = (packet: number): number => timesSeconds[packet + 1]! - timesSeconds[packet]!;
    switch (kind) {
      case 'IAT':
        return Array.from({ length: packets - 1 }, (_, packet) => gapSeconds(packet));
      case 'SIZE':
        return Array.from(lengthsBytes.subarray(0, packets));
      case 'IAT_SIZE':
        return Array.from({ length: 2 * packets - 1 }, (_, place) =>
          place % 2 === 0 && place < 2 * packets - 2 ? gapSeconds(place / 2) : lengthsBytes[place >> 1]!,
        );
      case 'STATS':
        return statsOf(flow);
      case 'SAMP_NUM':
        return samplesOf(flow, this.samplingSeconds, () => 1);
      case 'SAMP_SIZE':
        return samplesOf(flow, this.samplingSeconds, (packet) => lengthsBytes[packet]!);
    }
  }
}
