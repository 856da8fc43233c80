import type { Random } from '../../common/random.js';
import type { EventQueue } from '../engine/event-queue.js';
import type { FrameBuffer } from '../wire/frame-buffer.js';
import type { BandwidthTrace } from './bandwidth-trace.js';
import type { NetworkSpec } from './network-spec.js';

/** Extra delay of some packets, so that others overtake them. */
const DETOUR_MIN_US = 300;
const DETOUR_SPREAD_US = 2_000;

/** A packet in transit. Its frame is built only at the capture. */
export interface Packet {
  /** Bytes of the whole Ethernet frame. */
  readonly wireLength: number;
  /** Bytes of the frame that the capture keeps. */
  readonly keptBytes: number;
  write(frame: FrameBuffer): void;
  /** Called when the packet passes the vantage point, after it was captured. */
  passed?(timeUs: number): void;
}

/** Receives packets as they pass the vantage point, in the order of time. */
export type Capture = (timeUs: number, packet: Packet) => void;

/**
 * Servers - bottleneck - vantage point - client. Downstream packets queue at the bottleneck (first in, first out,
 * dropped if the queue is full), pass the vantage point when their last byte does, and reach the client. Upstream
 * packets have no bottleneck.
 */
export class NetworkPath {
  readonly #clock: EventQueue;
  readonly #spec: NetworkSpec;
  readonly #bandwidth: BandwidthTrace;
  readonly #capture: Capture;
  readonly #random: Random;
  #queuedBytes = 0;
  #bottleneckFreeUs = 0;

  constructor(
    clock: EventQueue,
    spec: NetworkSpec,
    bandwidth: BandwidthTrace,
    capture: Capture,
    random: Random,
  ) {
    this.#clock = clock;
    this.#spec = spec;
    this.#bandwidth = bandwidth;
    this.#capture = capture;
    this.#random = random;
  }

  /** Sends a packet from a server to the client. */
  down<P extends Packet>(packet: P, receive: (packet: P) => void): void {
    if (this.#isDrawn(this.#spec.lossBefore)) return;
    this.#clock.after(this.#spec.roundTripUs / 2 + this.#detourUs(), () => {
      this.#enqueue(packet, receive);
    });
  }

  /** Sends a packet from the client to a server. */
  up<P extends Packet>(packet: P, receive: (packet: P) => void): void {
    if (this.#isDrawn(this.#spec.lossAfter)) return;
    this.#clock.after(this.#spec.accessRoundTripUs / 2, () => {
      this.#passVantagePoint(packet);
      if (this.#isDrawn(this.#spec.lossBefore)) return;
      this.#clock.after(this.#spec.roundTripUs / 2 + this.#detourUs(), () => {
        receive(packet);
      });
    });
  }

  #enqueue<P extends Packet>(packet: P, receive: (packet: P) => void): void {
    if (this.#queuedBytes + packet.wireLength > this.#spec.queueBytes) return;
    this.#queuedBytes += packet.wireLength;
    const startUs = Math.max(this.#clock.nowUs, this.#bottleneckFreeUs);
    this.#bottleneckFreeUs = this.#bandwidth.passedUs(startUs, packet.wireLength);
    this.#clock.at(this.#bottleneckFreeUs, () => {
      this.#queuedBytes -= packet.wireLength;
      this.#passVantagePoint(packet);
      if (this.#isDrawn(this.#spec.lossAfter)) return;
      this.#clock.after(this.#spec.accessRoundTripUs / 2, () => {
        receive(packet);
      });
    });
  }

  #passVantagePoint(packet: Packet): void {
    this.#capture(this.#clock.nowUs, packet);
    packet.passed?.(this.#clock.nowUs);
  }

  #detourUs(): number {
    return this.#isDrawn(this.#spec.reordering) ? DETOUR_MIN_US + this.#random.integer(DETOUR_SPREAD_US) : 0;
  }

  #isDrawn(chance: number): boolean {
    return chance > 0 && this.#random.uniform() < chance;
  }
}
