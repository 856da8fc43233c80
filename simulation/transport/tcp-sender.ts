import type { EventQueue } from '../engine/event-queue.js';
import { Timer } from '../engine/timer.js';
import { RenoWindow } from './reno-window.js';
import { RoundTripEstimator } from './round-trip-estimator.js';
import type { SegmentRecord } from './segment-record.js';
import { segmentEnd, type TcpSegment } from './tcp-segment.js';

/**
 * Number of segments that must arrive after a missing one before it counts as lost (RFC 6675, DupThresh; three
 * duplicate ACKs).
 */
const DUPLICATE_THRESHOLD = 3;
/** RFC 6298, rule 2.4. */
const MIN_TIMEOUT_US = 1_000_000;

interface Write {
  readonly length: number;
  readonly isFin: boolean;
  readonly exchange: SegmentRecord | null;
}

/**
 * The sending half of a TCP endpoint: segments a stream, respects the congestion window, repairs losses by
 * selective acknowledgements (RFC 6675, with limited transmit by its pipe) and by timeout (RFC 6298). Stream
 * positions do not wrap; the endpoint converts them to sequence numbers.
 */
export class TcpSender {
  readonly window: RenoWindow;
  readonly #clock: EventQueue;
  readonly #maxSegmentBytes: number;
  readonly #receiveWindowBytes: number;
  readonly #transmit: (segment: TcpSegment, isPush: boolean) => void;
  readonly #roundTrip = new RoundTripEstimator(MIN_TIMEOUT_US);
  readonly #timer: Timer;
  readonly #writes: Write[] = [];
  /** Bytes of the first pending write that were sent. */
  #written = 0;
  /** Segments sent and not acknowledged up to their ends, ascending. */
  #outstanding: TcpSegment[] = [];
  #next = 0;
  #acknowledged = 0;
  #bytesInFlight = 0;
  /** For losses below this position, the window has already been reduced. */
  #recoveryEnd = 0;
  #isRecovering = false;
  #consecutiveTimeouts = 0;
  #lastSentUs = 0;

  constructor(
    clock: EventQueue,
    maxSegmentBytes: number,
    receiveWindowBytes: number,
    transmit: (segment: TcpSegment, isPush: boolean) => void,
  ) {
    this.#clock = clock;
    this.#maxSegmentBytes = maxSegmentBytes;
    this.#receiveWindowBytes = receiveWindowBytes;
    this.#transmit = transmit;
    this.window = new RenoWindow(maxSegmentBytes);
    this.#timer = new Timer(clock, () => {
      this.#timedOut();
    });
  }

  /** Position of the next new byte. */
  get next(): number {
    return this.#next;
  }

  /** Adds the round-trip sample of the handshake. */
  sample(roundTripUs: number): void {
    this.#roundTrip.add(roundTripUs);
  }

  /** Adds bytes to the stream and sends as many as allowed. A packet contains bytes of one write only. */
  write(length: number, exchange: SegmentRecord): void {
    this.#push({ length, isFin: false, exchange });
  }

  /** Ends the stream. */
  finish(): void {
    this.#push({ length: 0, isFin: true, exchange: null });
  }

  /**
   * Processes an acknowledgement: the peer has all bytes before `acknowledged`, and the ranges after it (pairs of
   * start and end).
   */
  acknowledge(acknowledged: number, ranges: readonly number[]): void {
    const wasFull = this.#bytesInFlight + this.#maxSegmentBytes > this.window.bytes;
    const newBytes = this.#removeAcknowledged(acknowledged);
    if (ranges.length > 0) this.#markArrived(ranges);
    if (this.#isRecovering && this.#acknowledged >= this.#recoveryEnd) this.#isRecovering = false;
    this.#markLost();
    if (newBytes > 0) {
      this.#consecutiveTimeouts = 0;
      if (!this.#isRecovering && wasFull) this.window.acknowledged(newBytes);
      if (this.#outstanding.length === 0) this.#timer.clear();
      else this.#setTimer();
    }
    this.#send();
  }

  #push(write: Write): void {
    const idleUs = this.#clock.nowUs - this.#lastSentUs;
    if (this.#outstanding.length === 0 && idleUs > this.#roundTrip.timeoutUs(0)) this.window.restart();
    this.#writes.push(write);
    this.#send();
  }

  #send(): void {
    for (;;) {
      const lost = this.#firstLost();
      const length = lost?.length ?? this.#nextLength();
      if (length === null || this.#bytesInFlight + length > this.window.bytes) break;
      this.#transmitOnce(lost ?? this.#cutNext(length));
    }
  }

  #firstLost(): TcpSegment | null {
    if (!this.#isRecovering) return null;
    return this.#outstanding.find((segment) => segment.isLost) ?? null;
  }

  /** Length of the next new segment; null if there is nothing to send, or no room at the receiver. */
  #nextLength(): number | null {
    const write = this.#writes[0];
    if (write === undefined) return null;
    const length = Math.min(this.#maxSegmentBytes, write.length - this.#written);
    return this.#next + length - this.#acknowledged > this.#receiveWindowBytes ? null : length;
  }

  #cutNext(length: number): TcpSegment {
    const { isFin, exchange, length: whole } = this.#writes[0]!;
    const segment: TcpSegment = {
      offset: this.#next,
      length,
      isFin,
      exchange,
      sentUs: 0,
      transmissions: 0,
      isInFlight: false,
      isSelectivelyAcknowledged: false,
      isLost: false,
      isSeen: false,
    };
    this.#next = segmentEnd(segment);
    this.#written += length;
    if (this.#written >= whole) {
      this.#writes.shift();
      this.#written = 0;
    }
    this.#outstanding.push(segment);
    return segment;
  }

  #transmitOnce(segment: TcpSegment): void {
    segment.sentUs = this.#clock.nowUs;
    segment.transmissions++;
    segment.isInFlight = true;
    segment.isLost = false;
    this.#bytesInFlight += segment.length;
    this.#lastSentUs = this.#clock.nowUs;
    if (!this.#timer.isSet) this.#setTimer();
    const isLastOfWrite = this.#written === 0 && segmentEnd(segment) === this.#next;
    this.#transmit(segment, isLastOfWrite);
  }

  #removeAcknowledged(acknowledged: number): number {
    if (acknowledged <= this.#acknowledged) return 0;
    let count = 0;
    let sampleUs: number | null = null;
    for (const segment of this.#outstanding) {
      if (segmentEnd(segment) > acknowledged) break;
      this.#removeFromFlight(segment);
      // Karn's algorithm (RFC 6298, section 3): no sample from a segment that was sent twice.
      if (segment.transmissions === 1 && !segment.isSelectivelyAcknowledged) sampleUs = segment.sentUs;
      count++;
    }
    if (sampleUs !== null) this.#roundTrip.add(this.#clock.nowUs - sampleUs);
    this.#outstanding.splice(0, count);
    const bytes = acknowledged - this.#acknowledged;
    this.#acknowledged = acknowledged;
    return bytes;
  }

  #markArrived(ranges: readonly number[]): void {
    for (const segment of this.#outstanding) {
      if (segment.isSelectivelyAcknowledged) continue;
      for (let at = 0; at < ranges.length; at += 2) {
        if (segment.offset < ranges[at]! || segmentEnd(segment) > ranges[at + 1]!) continue;
        this.#removeFromFlight(segment);
        segment.isSelectivelyAcknowledged = true;
        segment.isLost = false;
      }
    }
  }

  /**
   * Marks segments as lost that enough later ones have overtaken, once each. A segment that is lost twice waits for
   * the timeout.
   */
  #markLost(): void {
    let arrivedAfter = 0;
    let isAnyLost = false;
    for (let index = this.#outstanding.length - 1; index >= 0; index--) {
      const segment = this.#outstanding[index]!;
      if (segment.isSelectivelyAcknowledged) arrivedAfter++;
      else if (arrivedAfter >= DUPLICATE_THRESHOLD && segment.transmissions === 1 && !segment.isLost) {
        this.#removeFromFlight(segment);
        segment.isLost = true;
        isAnyLost = true;
      }
    }
    if (!isAnyLost || this.#isRecovering) return;
    this.#isRecovering = true;
    this.#recoveryEnd = this.#next;
    this.window.lost(this.#next - this.#acknowledged);
    // The first one is sent regardless of the window (RFC 6675, section 5, step 4.3).
    const first = this.#firstLost();
    if (first !== null) this.#transmitOnce(first);
  }

  #timedOut(): void {
    this.window.timedOut(this.#next - this.#acknowledged);
    this.#consecutiveTimeouts++;
    for (const segment of this.#outstanding) {
      if (segment.isSelectivelyAcknowledged) continue;
      this.#removeFromFlight(segment);
      segment.isLost = true;
    }
    this.#isRecovering = true;
    this.#recoveryEnd = this.#next;
    this.#setTimer();
    this.#send();
  }

  /** Counts a segment as no longer in flight. */
  #removeFromFlight(segment: TcpSegment): void {
    if (!segment.isInFlight) return;
    segment.isInFlight = false;
    this.#bytesInFlight -= segment.length;
  }

  #setTimer(): void {
    this.#timer.set(this.#clock.nowUs + this.#roundTrip.timeoutUs(this.#consecutiveTimeouts));
  }
}
