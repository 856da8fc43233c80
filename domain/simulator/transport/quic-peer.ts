import type { Random } from '../../models/random.js';
import type { EventQueue } from '../engine/event-queue.js';
import { Timer } from '../engine/timer.js';
import type { Endpoint } from '../wire/endpoint.js';
import { QuicDatagram, type QuicCargo } from './quic-datagram.js';
import { RangeSet } from './range-set.js';
import { RenoWindow } from './reno-window.js';
import { RoundTripEstimator } from './round-trip-estimator.js';

const DATAGRAM_BYTES = 1250;
const ACK_DELAY_US = 25_000;
const ACK_EVERY = 2;
const MAX_ACK_RANGES = 16;
const ACK_BYTES = 34;
const ACK_SPREAD_BYTES = 8;
const ACK_RANGE_BYTES = 4;
/** kPacketThreshold and kTimeThreshold (RFC 9002, section 6.1). */
const PACKET_THRESHOLD = 3;
const TIME_THRESHOLD = 9 / 8;
/** Datagrams sent anew when nothing was heard for a probe timeout (RFC 9002, section 6.2.4). */
const PROBES = 2;
/** Probe timeouts in a row that count as persistent congestion. */
const PERSISTENT_TIMEOUTS = 3;

/** One side of a QUIC connection: who it is, and what it calls. */
export interface QuicPeerOptions {
  readonly clock: EventQueue;
  readonly random: Random;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly snapLength: number;
  readonly transmit: (datagram: QuicDatagram) => void;
  readonly onPassed: (datagram: QuicDatagram, timeUs: number) => void;
  /** Cargo has arrived for the first time. */
  readonly onArrived: (cargo: QuicCargo) => void;
  /** Writes a datagram that only acknowledges. */
  readonly writeAck: (payload: Uint8Array, packetNumber: number) => void;
}

interface Sent {
  readonly packetNumber: number;
  readonly sentUs: number;
  readonly cargo: QuicCargo;
}

/**
 * One side of a QUIC connection, without its encryption: packet numbers, acknowledgements (RFC 9000, section 13.2),
 * loss detection and probes (RFC 9002), all in one packet number space.
 */
export class QuicPeer {
  readonly #options: QuicPeerOptions;
  readonly #window = new RenoWindow(DATAGRAM_BYTES);
  readonly #roundTrip = new RoundTripEstimator();
  readonly #lossTimer: Timer;
  readonly #ackTimer: Timer;
  readonly #received = new RangeSet();
  readonly #queue: QuicCargo[] = [];
  /** Sent and neither acknowledged nor lost, by packet number. */
  #outstanding: Sent[] = [];
  #bytesInFlight = 0;
  #nextNumber = 0;
  /** Packets below were sent before the last answer to a loss. */
  #recoveryNumber = 0;
  #largestAcknowledged = -1;
  #vainTimeouts = 0;
  #waiting = 0;
  #identification: number;
  #lastSentUs = 0;
  /** False: nothing is acknowledged, for want of keys. */
  canAcknowledge = false;

  constructor(options: QuicPeerOptions) {
    this.#options = options;
    this.#identification = options.random.integer(2 ** 16);
    this.#lossTimer = new Timer(options.clock, () => {
      this.#timedOut();
    });
    this.#ackTimer = new Timer(options.clock, () => {
      this.#acknowledge();
    });
  }

  /** Sends cargo as soon as the congestion window has room. */
  write(cargo: readonly QuicCargo[]): void {
    const idleUs = this.#options.clock.nowUs - this.#lastSentUs;
    if (this.#outstanding.length === 0 && idleUs > this.#roundTrip.timeoutUs(0)) this.#window.restart();
    this.#queue.push(...cargo);
    this.#send();
  }

  receive({ packetNumber, acknowledged, cargo }: QuicDatagram): void {
    const largest = this.#received.edges.at(-1) ?? 0;
    this.#received.add(packetNumber, packetNumber + 1);
    if (this.#received.edges.length > 2 * MAX_ACK_RANGES) this.#received.removeFirst();
    if (acknowledged.length > 0) this.#takeAcknowledged(acknowledged);
    if (cargo === null) return;
    if (!cargo.hasArrived) {
      cargo.hasArrived = true;
      this.#options.onArrived(cargo);
    }
    this.#waiting++;
    const isInOrder = packetNumber === largest;
    if (!isInOrder || this.#waiting >= ACK_EVERY) this.#acknowledge();
    else if (!this.#ackTimer.isSet) this.#ackTimer.set(this.#options.clock.nowUs + ACK_DELAY_US);
  }

  #send(): void {
    for (let cargo = this.#queue[0]; cargo !== undefined; cargo = this.#queue[0]) {
      if (this.#bytesInFlight + cargo.length > this.#window.bytes) break;
      this.#queue.shift();
      this.#sendCargo(cargo);
    }
    this.#setLossTimer();
  }

  #sendCargo(cargo: QuicCargo): void {
    const { nowUs } = this.#options.clock;
    this.#outstanding.push({ packetNumber: this.#nextNumber, sentUs: nowUs, cargo });
    this.#bytesInFlight += cargo.length;
    this.#lastSentUs = nowUs;
    this.#transmit(cargo, cargo.length);
  }

  #acknowledge(): void {
    if (!this.canAcknowledge) return;
    const ranges = this.#received.edges.length / 2;
    const length = ACK_BYTES + this.#options.random.integer(ACK_SPREAD_BYTES) + ACK_RANGE_BYTES * (ranges - 1);
    this.#transmit(null, length);
  }

  #transmit(cargo: QuicCargo | null, length: number): void {
    const { local, remote, snapLength, transmit, onPassed, writeAck } = this.#options;
    this.#identification = (this.#identification + 1) & 0xffff;
    const packetNumber = this.#nextNumber++;
    const acknowledged = this.canAcknowledge ? [...this.#received.edges] : [];
    if (this.canAcknowledge) {
      this.#waiting = 0;
      this.#ackTimer.clear();
    }
    transmit(
      new QuicDatagram(
        local,
        remote,
        this.#identification,
        packetNumber,
        length,
        acknowledged,
        cargo,
        cargo?.write ?? writeAck,
        snapLength,
        onPassed,
      ),
    );
  }

  #takeAcknowledged(ranges: readonly number[]): void {
    const largest = ranges.at(-1)! - 1;
    if (largest < this.#largestAcknowledged) return;
    this.#largestAcknowledged = largest;
    const wasFull = this.#bytesInFlight + DATAGRAM_BYTES > this.#window.bytes;
    const { nowUs } = this.#options.clock;
    const kept: Sent[] = [];
    let first = 0;
    for (; first < this.#outstanding.length; first++) {
      const sent = this.#outstanding[first]!;
      if (sent.packetNumber > largest) break;
      if (!isWithin(ranges, sent.packetNumber)) {
        kept.push(sent);
        continue;
      }
      this.#bytesInFlight -= sent.cargo.length;
      this.#vainTimeouts = 0;
      if (sent.packetNumber === largest) this.#roundTrip.add(nowUs - sent.sentUs);
      if (wasFull && sent.packetNumber >= this.#recoveryNumber) this.#window.acknowledged(sent.cargo.length);
    }
    this.#outstanding.splice(0, first, ...kept);
    if (kept.length > 0) this.#findLost();
    this.#send();
  }

  /** What later packets overtook, by number or by time, is sent anew. */
  #findLost(): void {
    const { nowUs } = this.#options.clock;
    const lostBeforeUs = nowUs - TIME_THRESHOLD * this.#roundTrip.recentUs;
    const bytesInFlight = this.#bytesInFlight;
    const lost = this.#outstanding.filter(
      ({ packetNumber, sentUs }) =>
        packetNumber + PACKET_THRESHOLD <= this.#largestAcknowledged ||
        (packetNumber < this.#largestAcknowledged && sentUs <= lostBeforeUs),
    );
    if (lost.length === 0) return;
    this.#giveUp(lost);
    if (lost.at(-1)!.packetNumber < this.#recoveryNumber) return;
    this.#recoveryNumber = this.#nextNumber;
    this.#window.lost(bytesInFlight);
  }

  #giveUp(lost: readonly Sent[]): void {
    const numbers = new Set(lost.map(({ packetNumber }) => packetNumber));
    this.#outstanding = this.#outstanding.filter(({ packetNumber }) => !numbers.has(packetNumber));
    for (const { cargo } of lost) this.#bytesInFlight -= cargo.length;
    this.#queue.unshift(...lost.map(({ cargo }) => cargo));
  }

  #timedOut(): void {
    if (this.#oldestOvertaken() !== null) {
      this.#findLost();
      this.#send();
      return;
    }
    this.#vainTimeouts++;
    if (this.#vainTimeouts >= PERSISTENT_TIMEOUTS) this.#window.timedOut(this.#bytesInFlight);
    const probes = this.#outstanding.slice(0, PROBES);
    this.#giveUp(probes);
    // Probes are not held back by the congestion window.
    for (const { cargo } of probes) {
      this.#queue.shift();
      this.#sendCargo(cargo);
    }
    this.#setLossTimer();
  }

  #oldestOvertaken(): Sent | null {
    const oldest = this.#outstanding[0];
    return oldest !== undefined && oldest.packetNumber < this.#largestAcknowledged ? oldest : null;
  }

  #setLossTimer(): void {
    const overtaken = this.#oldestOvertaken();
    if (overtaken !== null) this.#lossTimer.set(overtaken.sentUs + TIME_THRESHOLD * this.#roundTrip.recentUs + 1);
    else if (this.#outstanding.length === 0) this.#lossTimer.clear();
    else {
      const timeoutUs = this.#roundTrip.timeoutUs(this.#vainTimeouts) + ACK_DELAY_US;
      this.#lossTimer.set(this.#lastSentUs + timeoutUs);
    }
  }
}

function isWithin(ranges: readonly number[], packetNumber: number): boolean {
  for (let at = ranges.length - 2; at >= 0; at -= 2) {
    if (ranges[at]! <= packetNumber) return packetNumber < ranges[at + 1]!;
  }
  return false;
}
