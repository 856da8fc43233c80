import { NO_VALUE, TCP_MARKS } from '../../schemas/capture.js';
import { TCP_ACK, TCP_RST, TCP_SYN } from '../layers/tcp.js';
import { DIRECTIONS, grown, INITIAL_FLOWS } from './flow-slots.js';
import { Unacknowledged } from './unacknowledged.js';

const INITIAL_SLOTS = INITIAL_FLOWS * DIRECTIONS;
const HIGH_KNOWN = 1;
const ACK_KNOWN = 2;

/** Fields of a TCP header that `observe` uses. */
interface TcpHeader {
  readonly payloadLength: number;
  readonly tcpSeq: number;
  readonly tcpAck: number;
  readonly tcpFlags: number;
}

/**
 * State of TCP connections, by flow: round trips, bytes in flight, retransmissions, order. Follows Traffic
 * Refinery's `tcpstate.go`, but with sequence numbers modulo 2^32 (RFC 9293, section 3.4). The public fields
 * describe the last observed packet.
 */
export class TcpObserver {
  /** Bytes from the last acknowledged one to the packet's end; NO_VALUE without payload, or before the first ACK. */
  inFlight = NO_VALUE;
  /**
   * Time from an upstream packet with payload, sent once, to the first ACK of its end, which is this packet; else
   * NO_VALUE.
   */
  rttUs = NO_VALUE;
  /** Bits of TCP_MARKS. */
  marks = 0;

  readonly #unacknowledged = new Unacknowledged();
  /**
   * By slot of the sender. Highest start of a packet with payload, and the highest number that the other side
   * expects.
   */
  #highSeq = new Uint32Array(INITIAL_SLOTS);
  #acknowledged = new Uint32Array(INITIAL_SLOTS);
  /** By slot: bit 1 if `highSeq` is known, bit 2 if `acknowledged` is. */
  #known = new Uint8Array(INITIAL_SLOTS);
  /** By slot of the sender. Highest sequence number, not modulo 2^32; -1 before the first packet. */
  #topSeq = new Float64Array(INITIAL_SLOTS).fill(-1);

  /**
   * @param flow small integer: memory grows with the highest
   * @param freshBytes payload bytes that were not seen before
   */
  observe(
    flow: number,
    isUpstream: boolean,
    timestampUs: number,
    header: TcpHeader,
    freshBytes: number,
  ): void {
    this.inFlight = NO_VALUE;
    this.rttUs = NO_VALUE;
    this.marks = 0;
    const { tcpFlags, tcpSeq, payloadLength } = header;
    if ((tcpFlags & TCP_RST) !== 0) return;
    const slot = flow * DIRECTIONS + (isUpstream ? 1 : 0);
    if (slot >= this.#known.length) this.#grow(slot + 1);
    if (tcpSeq > this.#topSeq[slot]!) {
      this.#topSeq[slot] = tcpSeq;
      this.marks = TCP_MARKS.rises;
    }
    const isSyn = (tcpFlags & TCP_SYN) !== 0;
    if (isSyn) this.#begin(flow, slot, isUpstream, tcpSeq);
    if ((tcpFlags & TCP_ACK) !== 0) this.#acknowledge(flow, slot, isUpstream, timestampUs, header.tcpAck);
    const first = isSyn ? (tcpSeq + 1) >>> 0 : tcpSeq;
    const end = (first + payloadLength) >>> 0;
    if (payloadLength > 0) this.#place(slot, first, end, payloadLength, freshBytes);
    if (isUpstream && payloadLength > 0) this.#unacknowledged.send(flow, end, timestampUs);
  }

  /** A SYN that does not repeat the known SYN opens a new connection. */
  #begin(flow: number, slot: number, isUpstream: boolean, seq: number): void {
    if ((this.#known[slot]! & HIGH_KNOWN) !== 0 && this.#highSeq[slot] === seq) return;
    this.#highSeq[slot] = seq;
    this.#known[slot] = HIGH_KNOWN;
    if (isUpstream) this.#unacknowledged.forget(flow);
  }

  #acknowledge(flow: number, slot: number, isUpstream: boolean, timestampUs: number, ack: number): void {
    const sender = slot ^ 1;
    const isKnown = (this.#known[sender]! & ACK_KNOWN) !== 0;
    if (!isKnown || ((ack - this.#acknowledged[sender]!) | 0) > 0) {
      this.#acknowledged[sender] = ack;
      this.#known[sender]! |= ACK_KNOWN;
    }
    if (isUpstream) return;
    if (!this.#unacknowledged.acknowledge(flow, ack)) return;
    this.marks |= TCP_MARKS.acknowledges;
    const roundTripUs = timestampUs - this.#unacknowledged.sentUs;
    if (roundTripUs >= 0) this.rttUs = Math.min(roundTripUs, NO_VALUE - 1);
    else if (roundTripUs < 0) this.rttUs = 0;
  }

  #place(slot: number, first: number, end: number, payloadLength: number, freshBytes: number): void {
    const known = this.#known[slot]!;
    if ((known & ACK_KNOWN) !== 0) {
      this.inFlight = Math.max(0, (end - this.#acknowledged[slot]!) | 0);
    }
    const ahead = (first - this.#highSeq[slot]!) | 0;
    const isBelow = (known & HIGH_KNOWN) !== 0 && ahead < 0;
    if (isBelow) {
      this.marks |= TCP_MARKS.belowHighest;
      if (freshBytes === payloadLength) this.marks |= TCP_MARKS.fillsGap;
    } else {
      this.#highSeq[slot] = first;
      this.#known[slot]! |= HIGH_KNOWN;
    }
    // One repeated byte is a keep-alive.
    if (payloadLength > 1 && freshBytes < payloadLength) this.marks |= TCP_MARKS.repeatsBytes;
  }

  #grow(slots: number): void {
    this.#highSeq = grown(Uint32Array, this.#highSeq, slots);
    this.#acknowledged = grown(Uint32Array, this.#acknowledged, slots);
    const filled = this.#topSeq.length;
    this.#topSeq = grown(Float64Array, this.#topSeq, slots).fill(-1, filled);
    this.#known = grown(Uint8Array, this.#known, slots);
  }
}
