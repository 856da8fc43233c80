import { NO_SEGMENT, type RequestThresholds } from '../../schemas/capture.js';
import { DIRECTIONS, grown, INITIAL_FLOWS } from '../flows/flow-slots.js';
import { TCP_FIN, TCP_RST, TCP_SYN } from '../layers/tcp.js';
import type { Segment } from './segment-columns.js';
import { SequenceSpace } from './sequence-space.js';

const PAUSE_US = 5_000_000;
/** Payload of a packet that keeps a connection alive or closes it. */
const CONTROL_BYTES = 150;
const BREAK_US = 60_000_000;

/**
 * Pairs requests and responses per flow: the response to one request is a segment (Bronzino et al. 2020; follows
 * Traffic Refinery's video counter).
 *
 * - An upstream packet with a payload above the threshold is a request. It opens a segment, and closes the open one
 *   if that has downstream bytes. If not, the open segment restarts at the later packet's time and the request
 *   bytes add up: a request of several packets counts from its last.
 * - On TCP, bytes count once, by sequence number. A request without new bytes (retransmission, keep-alive) opens
 *   nothing. Repeated downstream bytes are `retransmittedBytes` of the segment that is open when they are repeated.
 * - On UDP, every payload byte counts; upstream packets up to the threshold are acknowledgements.
 * - Downstream data before the first request belongs to no segment.
 * - After five seconds without a byte, a packet of up to 150 bytes is not part of the answer: it keeps the connection
 *   alive or closes it. After more than a minute (a paused player, or a clock that jumps), the rest of the answer is a
 *   segment of its own, with the same request bytes, requested when it arrives. So a segment lasts no longer than its
 *   bytes keep coming.
 * - A SYN that does not fit the flow's sequence numbers starts new byte streams, not a new segment. Data in RST
 *   packets is not counted (RFC 9293, section 3.5.3: it is diagnostics).
 */
export class SegmentTracker {
  readonly #thresholds: RequestThresholds;
  readonly #emit: (segment: Segment) => void;
  readonly #onResumed: (bytes: number) => void;
  readonly #onLate: () => void;
  readonly #sequences = new SequenceSpace();
  /** After `tcp`: payload bytes of the packet that were not seen before. */
  freshBytes = 0;
  /** Number of flows seen: the highest id plus one. */
  #flows = 0;
  #isRunning = new Uint8Array(INITIAL_FLOWS);
  /** Index of the open segment, or of the first one to come. */
  #index = new Uint32Array(INITIAL_FLOWS);
  #requestUs = new Float64Array(INITIAL_FLOWS);
  #requestBytes = new Float64Array(INITIAL_FLOWS);
  #firstByteUs = new Float64Array(INITIAL_FLOWS);
  #lastByteUs = new Float64Array(INITIAL_FLOWS);
  #downstreamBytes = new Float64Array(INITIAL_FLOWS);
  #retransmittedBytes = new Float64Array(INITIAL_FLOWS);
  /** Bytes before the break that the running answer went on after, plus 1; 0: there was none. */
  #resumedAfter = new Float64Array(INITIAL_FLOWS);
  #downstreamPackets = new Uint32Array(INITIAL_FLOWS);

  /**
   * @param emit receives each segment when it closes, and at `finish` those still open
   * @param onResumed called when an answer that went on after a break is closed, with the bytes of its larger part: what came
   *   before the break, or after
   * @param onLate called for a small packet after a pause, which is not part of the answer
   */
  constructor(
    thresholds: RequestThresholds,
    emit: (segment: Segment) => void,
    onResumed: (bytes: number) => void = () => undefined,
    onLate: () => void = () => undefined,
  ) {
    this.#thresholds = thresholds;
    this.#emit = emit;
    this.#onResumed = onResumed;
    this.#onLate = onLate;
  }

  /**
   * Processes a packet of a TCP flow.
   *
   * @param flowId small integer: memory grows with the highest
   * @param flags TCP flags as in the header
   * @returns index of the segment that its payload belongs to, or NO_SEGMENT
   */
  tcp(
    flowId: number,
    isUpstream: boolean,
    timestampUs: number,
    payloadLength: number,
    sequence: number,
    flags: number,
  ): number {
    this.freshBytes = 0;
    if ((flags & TCP_RST) !== 0) return NO_SEGMENT;
    this.#reserve(flowId);
    const slot = flowId * DIRECTIONS + (isUpstream ? 1 : 0);
    let first = sequence;
    if ((flags & TCP_SYN) !== 0) {
      this.#sequences.begin(slot, sequence);
      first = (sequence + 1) >>> 0;
    }
    let segmentIndex = NO_SEGMENT;
    if (payloadLength > 0) {
      segmentIndex = isUpstream
        ? this.#tcpRequest(flowId, slot, timestampUs, payloadLength, first)
        : this.#tcpResponse(flowId, slot, timestampUs, payloadLength, first);
    } else if ((flags & TCP_SYN) === 0) {
      this.#sequences.expect(slot, first);
    }
    // A FIN takes one sequence number (RFC 9293, section 3.4).
    if ((flags & TCP_FIN) !== 0) this.#sequences.add(slot, (first + payloadLength) >>> 0, 1);
    return segmentIndex;
  }

  /** Processes a packet of a UDP flow; parameters and result as for `tcp`. */
  udp(flowId: number, isUpstream: boolean, timestampUs: number, payloadLength: number): number {
    this.#reserve(flowId);
    if (!isUpstream) return this.#response(flowId, timestampUs, payloadLength, payloadLength);
    if (payloadLength <= this.#thresholds.udpBytes) return NO_SEGMENT;
    return this.#request(flowId, timestampUs, payloadLength);
  }

  /** Emits the segments that are still open, in order of flow. Call once, at the end of the capture. */
  finish(): void {
    for (let flowId = 0; flowId < this.#flows; flowId++) {
      if (this.#isRunning[flowId] === 1) this.#emitRunning(flowId, false);
    }
  }

  #tcpRequest(flowId: number, slot: number, timestampUs: number, payloadLength: number, seq: number): number {
    const isKeepAlive = this.#sequences.isKeepAlive(slot, seq, payloadLength);
    const fresh = this.#sequences.add(slot, seq, payloadLength);
    this.freshBytes = fresh;
    if (isKeepAlive || fresh === 0 || payloadLength <= this.#thresholds.tcpBytes) return NO_SEGMENT;
    return this.#request(flowId, timestampUs, fresh);
  }

  #tcpResponse(
    flowId: number,
    slot: number,
    timestampUs: number,
    payloadLength: number,
    seq: number,
  ): number {
    this.freshBytes = this.#sequences.add(slot, seq, payloadLength);
    return this.#response(flowId, timestampUs, payloadLength, this.freshBytes);
  }

  #request(flowId: number, timestampUs: number, freshBytes: number): number {
    if (this.#isRunning[flowId] === 1 && this.#downstreamBytes[flowId]! > 0) {
      this.#emitRunning(flowId, true);
      this.#clear(flowId);
      this.#index[flowId]!++;
    }
    this.#isRunning[flowId] = 1;
    this.#requestUs[flowId] = timestampUs;
    this.#requestBytes[flowId]! += freshBytes;
    return this.#index[flowId]!;
  }

  #response(flowId: number, timestampUs: number, payloadLength: number, freshBytes: number): number {
    if (payloadLength === 0 || this.#isRunning[flowId] === 0) return NO_SEGMENT;
    if (freshBytes > 0) {
      const hasBytes = this.#downstreamBytes[flowId]! > 0;
      const pauseUs = Math.abs(
        timestampUs - (hasBytes ? this.#lastByteUs[flowId]! : this.#requestUs[flowId]!),
      );
      if (pauseUs > PAUSE_US) {
        if (hasBytes && payloadLength <= CONTROL_BYTES) {
          this.#onLate();
          return NO_SEGMENT;
        }
        if (pauseUs > BREAK_US) this.#resume(flowId, timestampUs);
      }
      if (this.#downstreamBytes[flowId] === 0) this.#firstByteUs[flowId] = timestampUs;
      this.#lastByteUs[flowId] = timestampUs;
      this.#downstreamBytes[flowId]! += freshBytes;
    }
    this.#retransmittedBytes[flowId]! += payloadLength - freshBytes;
    this.#downstreamPackets[flowId]!++;
    return this.#index[flowId]!;
  }

  #resume(flowId: number, timestampUs: number): void {
    const bytesBefore = this.#downstreamBytes[flowId]!;
    if (bytesBefore > 0) {
      const requestBytes = this.#requestBytes[flowId]!;
      this.#emitRunning(flowId, false);
      this.#clear(flowId);
      this.#requestBytes[flowId] = requestBytes;
      this.#index[flowId]!++;
    }
    this.#requestUs[flowId] = timestampUs;
    this.#resumedAfter[flowId] = bytesBefore + 1;
  }

  #emitRunning(flowId: number, isClosed: boolean): void {
    this.#emit({
      flowId,
      segmentIndex: this.#index[flowId]!,
      requestUs: this.#requestUs[flowId]!,
      requestBytes: this.#requestBytes[flowId]!,
      firstByteUs: this.#firstByteUs[flowId]!,
      lastByteUs: this.#lastByteUs[flowId]!,
      downstreamBytes: this.#downstreamBytes[flowId]!,
      retransmittedBytes: this.#retransmittedBytes[flowId]!,
      downstreamPackets: this.#downstreamPackets[flowId]!,
      isClosed,
    });
    const bytesBefore = this.#resumedAfter[flowId]! - 1;
    if (bytesBefore < 0) return;
    this.#resumedAfter[flowId] = 0;
    this.#onResumed(Math.max(bytesBefore, this.#downstreamBytes[flowId]!));
  }

  #clear(flowId: number): void {
    this.#requestBytes[flowId] = 0;
    this.#firstByteUs[flowId] = 0;
    this.#lastByteUs[flowId] = 0;
    this.#downstreamBytes[flowId] = 0;
    this.#retransmittedBytes[flowId] = 0;
    this.#downstreamPackets[flowId] = 0;
  }

  #reserve(flowId: number): void {
    if (flowId >= this.#flows) this.#flows = flowId + 1;
    if (flowId < this.#isRunning.length) return;
    const flows = flowId + 1;
    this.#isRunning = grown(Uint8Array, this.#isRunning, flows);
    this.#index = grown(Uint32Array, this.#index, flows);
    this.#requestUs = grown(Float64Array, this.#requestUs, flows);
    this.#requestBytes = grown(Float64Array, this.#requestBytes, flows);
    this.#firstByteUs = grown(Float64Array, this.#firstByteUs, flows);
    this.#lastByteUs = grown(Float64Array, this.#lastByteUs, flows);
    this.#downstreamBytes = grown(Float64Array, this.#downstreamBytes, flows);
    this.#retransmittedBytes = grown(Float64Array, this.#retransmittedBytes, flows);
    this.#resumedAfter = grown(Float64Array, this.#resumedAfter, flows);
    this.#downstreamPackets = grown(Uint32Array, this.#downstreamPackets, flows);
    this.#sequences.reserve(flows * DIRECTIONS);
  }
}
