import { MEDIA_BYTES, NO_SEGMENT, type RequestThresholds } from '../schemas/capture.js';
import { DuplicateFinder } from './flows/duplicate-finder.js';
import { FlowTable } from './flows/flow-table.js';
import { PacketGaps } from './flows/packet-gaps.js';
import { TcpObserver } from './flows/tcp-observer.js';
import type { RecordHandler } from './formats/record-reader.js';
import { FaultCounter, type Fault } from './layers/faults.js';
import { FragmentTable } from './layers/fragment-table.js';
import { addressText } from './layers/ip-address.js';
import { PROTOCOL_TCP, PROTOCOL_UDP } from './layers/ip-protocols.js';
import { decodeAddresses, decodeTransport } from './layers/packet-decoder.js';
import { PacketFields } from './layers/packet-fields.js';
import { statedPayloadLength } from './layers/udp.js';
import { DNS_PORT, DnsReader } from './names/dns-reader.js';
import { NameReader } from './names/name-reader.js';
import { PacketColumns } from './packet-columns.js';
import { SegmentColumns } from './segments/segment-columns.js';
import { SegmentTracker } from './segments/segment-tracker.js';
import { mayCarryTunnel, Tunnels } from './tunnels/tunnels.js';

/**
 * Ports that never carry media, on either side: DNS, DHCP, NTP, NetBIOS, SSDP, mDNS, LLMNR. Flows with such a port,
 * and flows with both ports 0 (fragments, cut headers), have no segments. All other TCP and UDP flows do.
 */
const PORTS_WITHOUT_SEGMENTS: ReadonlySet<number> = new Set([
  DNS_PORT,
  67,
  68,
  123,
  137,
  138,
  1900,
  5353,
  5355,
]);

/** Length field before a DNS message on TCP (RFC 1035, section 4.2.2). */
const DNS_TCP_PREFIX_BYTES = 2;

const DUPLICATE: Fault = { layer: 'capture', kind: 'duplicate' };
const RESUMED: Fault = { layer: 'segment', kind: 'resumed' };
/** What a connection without media sends after a pause. */
const LATE: Fault = { layer: 'segment', kind: 'late' };
const TIME_JUMP: Fault = { layer: 'capture', kind: 'time-jump' };
const NO_TIMESTAMP: Fault = { layer: 'capture', kind: 'no-timestamp' };
const BAD_TIMESTAMP: Fault = { layer: 'capture', kind: 'timestamp-out-of-range' };

/** The clock jumps if two packets that follow each other are further apart: forwards, or backwards. */
const LARGEST_STEP_US = 3_600_000_000;
const LARGEST_STEP_BACK_US = 60_000_000;

/** Builds the columns, flows, segments, DNS messages and counts of a capture from its packets. */
export class CaptureAssembler implements RecordHandler {
  readonly packets: PacketColumns;
  readonly segments = new SegmentColumns();
  readonly flows = new FlowTable();
  readonly dns = new DnsReader();
  readonly faults = new FaultCounter();
  readonly names = new NameReader(this.faults);
  packetCount = 0;
  wireBytes = 0;
  capturedBytes = 0;
  /** Infinity and -Infinity before the first packet. */
  firstUs = Infinity;
  lastUs = -Infinity;

  readonly #fields = new PacketFields();
  readonly #tunnels = new Tunnels(this.faults);
  readonly #fragments = new FragmentTable();
  readonly #duplicates = new DuplicateFinder();
  readonly #tracker: SegmentTracker;
  readonly #gaps = new PacketGaps();
  readonly #tcp = new TcpObserver();
  /** By flow: 1 if its segments are tracked. */
  readonly #isTracked: number[] = [];
  /** By flow: 1 while a server name may still be found. */
  readonly #awaitsName: number[] = [];
  /** NaN before the first packet. */
  #previousUs = NaN;

  constructor(thresholds: RequestThresholds, batchRows: number) {
    this.packets = new PacketColumns(batchRows);
    this.#tracker = new SegmentTracker(
      thresholds,
      (segment) => this.segments.add(segment),
      (bytes) => this.faults.add(bytes < MEDIA_BYTES ? LATE : RESUMED),
      () => this.faults.add(LATE),
    );
  }

  record(
    view: DataView,
    start: number,
    capturedLength: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): boolean {
    const timeUs = Number.isSafeInteger(timestampUs) ? timestampUs : this.#replaceTime(timestampUs);
    const stepUs = timeUs - this.#previousUs;
    if (stepUs > LARGEST_STEP_US || stepUs < -LARGEST_STEP_BACK_US) this.faults.add(TIME_JUMP);
    this.#previousUs = timeUs;
    this.wireBytes += wireLength;
    this.capturedBytes += capturedLength;
    if (timeUs < this.firstUs) this.firstUs = timeUs;
    if (timeUs > this.lastUs) this.lastUs = timeUs;

    const fields = this.#fields;
    const end = start + capturedLength;
    const addressFault = decodeAddresses(view, start, end, wireLength, linkType, fields);
    if (addressFault) {
      this.faults.add(addressFault);
      this.packets.addUndecoded(timeUs, wireLength, capturedLength);
    } else {
      let fault = decodeTransport(view, end, fields);
      if (mayCarryTunnel(fields)) fault = this.#tunnels.enter(view, end, fields, fault);
      if (fields.isFragment) fault = this.#fragments.place(view, fields, timeUs, fault);
      if (fault) this.faults.add(fault);
      const flow = this.flows.add(view, fields, timeUs, wireLength);
      if (this.flows.isNew) {
        this.#isTracked.push(hasSegments(fields) ? 1 : 0);
        this.#awaitsName.push(this.#isTracked[flow]!);
      }
      const { isUpstream } = this.flows;
      const gapUs = this.#gaps.add(flow, isUpstream, timeUs);
      if (!fault && this.#duplicates.isCopy(view, end, fields, flow, isUpstream, gapUs)) {
        return this.#addCopy(flow, isUpstream, timeUs, wireLength, capturedLength, gapUs);
      }
      const segment =
        fault || this.#isTracked[flow] === 0 ? NO_SEGMENT : this.#track(flow, isUpstream, timeUs, fields);
      const isTcp = fields.protocol === PROTOCOL_TCP && !fault && this.#isTracked[flow] === 1;
      if (isTcp) this.#tcp.observe(flow, isUpstream, timeUs, fields, this.#tracker.freshBytes);
      this.packets.add(
        timeUs,
        wireLength,
        capturedLength,
        flow,
        isUpstream,
        segment,
        fields,
        gapUs,
        isTcp ? this.#tcp : null,
      );
      if (isUpstream && this.#awaitsName[flow] === 1 && !fault) {
        if (!this.names.read(flow, view, end, fields, this.packetCount, timeUs)) this.#awaitsName[flow] = 0;
      }
      if (
        !fault &&
        !fields.isLaterFragment &&
        (fields.sourcePort === DNS_PORT || fields.destinationPort === DNS_PORT)
      ) {
        this.#readDns(view, end, timeUs, fields);
      }
    }
    this.packetCount++;
    return !this.packets.isFull;
  }

  /** Call once, after the last packet. Emits the segments that are still open. */
  finish(): void {
    this.#tracker.finish();
    this.names.finish();
  }

  /** A copy of a packet before is a row without a flow: its flow, and what is measured there, stay as they were. */
  #addCopy(
    flow: number,
    isUpstream: boolean,
    timeUs: number,
    wireLength: number,
    capturedLength: number,
    gapUs: number,
  ): boolean {
    this.faults.add(DUPLICATE);
    this.flows.uncount(flow, wireLength);
    this.#gaps.add(flow, isUpstream, timeUs - gapUs);
    this.packets.addUndecoded(timeUs, wireLength, capturedLength);
    this.packetCount++;
    return !this.packets.isFull;
  }

  #track(flow: number, isUpstream: boolean, timeUs: number, fields: PacketFields): number {
    return fields.protocol === PROTOCOL_TCP
      ? this.#tracker.tcp(flow, isUpstream, timeUs, fields.payloadLength, fields.tcpSeq, fields.tcpFlags)
      : this.#tracker.udp(flow, isUpstream, timeUs, fields.payloadLength);
  }

  /** A packet without a usable time gets the time of the packet before it. */
  #replaceTime(timestampUs: number): number {
    this.faults.add(Number.isNaN(timestampUs) ? NO_TIMESTAMP : BAD_TIMESTAMP);
    return Number.isNaN(this.#previousUs) ? 0 : this.#previousUs;
  }

  /** Reads a DNS message from UDP (a first fragment counts as cut) or from one TCP packet that contains all of it. */
  #readDns(view: DataView, end: number, timestampUs: number, fields: PacketFields): void {
    const isTcp = fields.protocol === PROTOCOL_TCP;
    const prefixBytes = isTcp ? DNS_TCP_PREFIX_BYTES : 0;
    const start = fields.payloadOffset + prefixBytes;
    const carriedLength = fields.payloadLength - prefixBytes;
    const capturedLength = Math.min(end - start, carriedLength);
    if (carriedLength <= 0 || capturedLength < 0) return;
    if (isTcp && view.getUint16(fields.payloadOffset) !== carriedLength) return;
    const messageLength = isTcp ? carriedLength : statedPayloadLength(view, fields);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + start, capturedLength);
    const fault = this.dns.read(bytes, messageLength, {
      packetIndex: this.packetCount,
      timestampUs,
      sourceAddress: addressText(view, fields.sourceAddressOffset, fields.ipVersion),
      destinationAddress: addressText(view, fields.destinationAddressOffset, fields.ipVersion),
    });
    if (fault) this.faults.add(fault);
  }
}

function hasSegments({ protocol, sourcePort, destinationPort }: PacketFields): boolean {
  if (protocol !== PROTOCOL_TCP && protocol !== PROTOCOL_UDP) return false;
  if (sourcePort === 0 && destinationPort === 0) return false;
  return !PORTS_WITHOUT_SEGMENTS.has(sourcePort) && !PORTS_WITHOUT_SEGMENTS.has(destinationPort);
}
