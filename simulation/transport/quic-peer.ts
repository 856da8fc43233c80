import type { Random } from '../../common/random.js';
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
/** kPacketThreshold and kTimeThreshold (RFC 9002, section 6.1), and their limits when spurious losses raise them. */
const PACKET_THRESHOLD = 3;
const MOST_PACKET_THRESHOLD = 64;
const TIME_THRESHOLD = 9 / 8;
const MOST_TIME_THRESHOLD = 2;
/** Maximum packets declared lost that are remembered, to detect spurious losses. */
const MOST_GIVEN_UP = 256;
const MIN_TIMEOUT_US = 100_000;
/** Probe timeouts in a row that count as persistent congestion. */
const PERSISTENT_TIMEOUTS = 3;

/** Ends, parameters and callbacks of one side of a QUIC connection. */
interface QuicPeerOptions {
  readonly clock: EventQueue;
  readonly random: Random;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly snapLength: number;
  /** Flow control: maximum bytes in flight, independent of the congestion window. */
  readonly receiveWindowBytes: number;
  readonly transmit: (datagram: QuicDatagram) => void;
  readonly onPassed: (datagram: QuicDatagram, timeUs: number) => void;
  /** Called when cargo arrives for the first time. */
  readonly onArrived: (cargo: QuicCargo) => void;
  /** Writes a datagram without cargo. */
  readonly writeBare: (payload: Uint8Array, packetNumber: number) => void;
}

interface Sent {
  readonly packetNumber: number;
  readonly sentUs: number;
  readonly length: number;
  /** Null: a probe. */
  readonly cargo: QuicCargo | null;
}

/**
 * One side of a QUIC connection, without its encryption: packet numbers, acknowledgements (RFC 9000, section 13.2),
 * loss detection and probes (RFC 9002), all in one packet number space.
 */
export class QuicPeer {
  readonly #options: QuicPeerOptions;
  readonly #window = new RenoWindow(DATAGRAM_BYTES);
  readonly #roundTrip = new RoundTripEstimator(MIN_TIMEOUT_US);
  readonly #lossTimer: Timer;
  readonly #ackTimer: Timer;
  readonly #received = new RangeSet();
  readonly #queue: QuicCargo[] = [];
  /** Packets sent and neither acknowledged nor lost, by packet number. */
  #outstanding: Sent[] = [];
  /** Numbers of packets declared lost. */
  readonly #givenUp = new Set<number>();
  #packetThreshold = PACKET_THRESHOLD;
  #timeThreshold = TIME_THRESHOLD;
  #bytesInFlight = 0;
  #nextNumber = 0;
  /** Packets below this number were sent before the last reaction to a loss. */
  #recoveryNumber = 0;
  #largestAcknowledged = -1;
  #consecutiveTimeouts = 0;
  #waiting = 0;
  #identification: number;
  #lastSentUs = 0;
  /** False: nothing is acknowledged, because there are no keys yet. */
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

  receive({ packetNumber, acknowledged, cargo, isProbe }: QuicDatagram): void {
    const largest = this.#received.edges.at(-1) ?? 0;
    this.#received.add(packetNumber, packetNumber + 1);
    if (this.#received.edges.length > 2 * MAX_ACK_RANGES) this.#received.removeFirst();
    if (acknowledged.length > 0) this.#takeAcknowledged(acknowledged);
    if (cargo === null && !isProbe) return;
    if (cargo?.hasArrived === false) {
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
      const room = Math.min(this.#window.bytes, this.#options.receiveWindowBytes) - this.#bytesInFlight;
      if (cargo.length > room) break;
      this.#queue.shift();
      this.#sendEliciting(cargo);
    }
    this.#setLossTimer();
  }

  /** Sends a packet that the peer must acknowledge: cargo, or a probe. */
  #sendEliciting(cargo: QuicCargo | null): void {
    const { nowUs } = this.#options.clock;
    const length = cargo?.length ?? this.#bareLength();
    this.#outstanding.push({ packetNumber: this.#nextNumber, sentUs: nowUs, length, cargo });
    this.#bytesInFlight += length;
    this.#lastSentUs = nowUs;
    this.#transmit(cargo, length, cargo === null);
  }

  #acknowledge(): void {
    if (this.canAcknowledge) this.#transmit(null, this.#bareLength(), false);
  }

  #bareLength(): number {
    const ranges = Math.max(1, this.#received.edges.length / 2);
    return ACK_BYTES + this.#options.random.integer(ACK_SPREAD_BYTES) + ACK_RANGE_BYTES * (ranges - 1);
  }

  #transmit(cargo: QuicCargo | null, length: number, isProbe: boolean): void {
    const { local, remote, snapLength, transmit, onPassed, writeBare } = this.#options;
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
        isProbe,
        cargo,
        cargo?.write ?? writeBare,
        snapLength,
        onPassed,
      ),
    );
  }

  #takeAcknowledged(ranges: readonly number[]): void {
    const largest = ranges.at(-1)! - 1;
    if (largest < this.#largestAcknowledged) return;
    this.#largestAcknowledged = largest;
    if (this.#givenUp.size > 0) this.#raiseThresholds(ranges, largest);
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
      this.#bytesInFlight -= sent.length;
      this.#consecutiveTimeouts = 0;
      if (sent.packetNumber === largest) this.#roundTrip.add(nowUs - sent.sentUs);
      if (wasFull && sent.packetNumber >= this.#recoveryNumber) this.#window.acknowledged(sent.length);
    }
    this.#outstanding.splice(0, first, ...kept);
    if (kept.length > 0) this.#findLost();
    this.#send();
  }

  /** Raises the thresholds if a packet declared lost was only late (RFC 9002, section 6.1.1). */
  #raiseThresholds(ranges: readonly number[], largest: number): void {
    for (const packetNumber of this.#givenUp) {
      if (!isWithin(ranges, packetNumber)) continue;
      this.#givenUp.delete(packetNumber);
      const displacement = Math.min(MOST_PACKET_THRESHOLD, largest - packetNumber + 1);
      this.#packetThreshold = Math.max(this.#packetThreshold, displacement);
      this.#timeThreshold = Math.min(MOST_TIME_THRESHOLD, this.#timeThreshold + TIME_THRESHOLD - 1);
    }
  }

  /** Declares packets lost that later ones overtook, by number or by time, and queues their cargo again. */
  #findLost(): void {
    const { nowUs } = this.#options.clock;
    const lostBeforeUs = nowUs - this.#timeThreshold * this.#roundTrip.recentUs;
    const bytesInFlight = this.#bytesInFlight;
    const lost = this.#outstanding.filter(
      ({ packetNumber, sentUs }) =>
        packetNumber + this.#packetThreshold <= this.#largestAcknowledged ||
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
    for (const { packetNumber, length } of lost) {
      this.#bytesInFlight -= length;
      this.#givenUp.add(packetNumber);
    }
    for (const oldest of this.#givenUp) {
      if (this.#givenUp.size <= MOST_GIVEN_UP) break;
      this.#givenUp.delete(oldest);
    }
    this.#queue.unshift(...lost.flatMap(({ cargo }) => cargo ?? []));
  }

  #timedOut(): void {
    if (this.#oldestOvertaken() !== null) {
      this.#findLost();
      this.#send();
      return;
    }
    this.#consecutiveTimeouts++;
    if (this.#consecutiveTimeouts >= PERSISTENT_TIMEOUTS) this.#window.timedOut(this.#bytesInFlight);
    // The congestion window does not delay probes. A probe is a PING (RFC 9002, section 6.2.4), whose
    // acknowledgement shows which packets were lost. Before there are keys, the handshake is repeated instead.
    const hellos = this.#outstanding.filter(({ cargo }) => cargo?.isHello === true);
    this.#giveUp(hellos);
    for (const { cargo } of hellos) {
      this.#queue.shift();
      this.#sendEliciting(cargo);
    }
    if (hellos.length === 0) this.#sendEliciting(null);
    this.#setLossTimer();
  }

  #oldestOvertaken(): Sent | null {
    const oldest = this.#outstanding[0];
    return oldest !== undefined && oldest.packetNumber < this.#largestAcknowledged ? oldest : null;
  }

  #setLossTimer(): void {
    const overtaken = this.#oldestOvertaken();
    if (overtaken !== null)
      this.#lossTimer.set(overtaken.sentUs + this.#timeThreshold * this.#roundTrip.recentUs + 1);
    else if (this.#outstanding.length === 0) this.#lossTimer.clear();
    else {
      const timeoutUs = this.#roundTrip.timeoutUs(this.#consecutiveTimeouts) + ACK_DELAY_US;
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
