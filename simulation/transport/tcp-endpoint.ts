import type { EventQueue } from '../engine/event-queue.js';
import { Timer } from '../engine/timer.js';
import type { Endpoint } from '../wire/endpoint.js';
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_SYN } from '../wire/tcp-header.js';
import type { TlsStream } from '../wire/tls-stream.js';
import type { SegmentRecord } from './segment-record.js';
import { TcpPacket, type TcpCargo } from './tcp-packet.js';
import { TcpReceiver } from './tcp-receiver.js';
import { segmentEnd, type TcpSegment } from './tcp-segment.js';
import { TcpSender } from './tcp-sender.js';

/** 1,500 bytes of Ethernet payload minus the IP and TCP headers, by address length. */
const MAX_SEGMENT_BYTES: Readonly<Record<number, number>> = { 4: 1460, 16: 1440 };
const SYN_TIMEOUT_US = 1_000_000;

/** Ends, parameters and callbacks of one side of a TCP connection. */
interface TcpEndpointOptions {
  readonly clock: EventQueue;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly initialSequence: number;
  readonly identification: number;
  readonly stream: TlsStream;
  readonly snapLength: number;
  /** Window that both ends announce. */
  readonly receiveWindowBytes: number;
  readonly transmit: (packet: TcpPacket) => void;
  readonly onPassed: (packet: TcpPacket, timeUs: number) => void;
  /** Called when the connection is established. */
  readonly onOpen: () => void;
  /** Called when all bytes before stream position `place` have arrived. */
  readonly onReceived: (place: number) => void;
  /** Called when the peer has ended its stream. */
  readonly onEnded: () => void;
}

/**
 * One side of a TCP connection (RFC 9293): handshake with options and retries, data with {@link TcpSender} and
 * {@link TcpReceiver}, orderly close. Sequence numbers are stream positions plus a random start, modulo 2^32.
 */
export class TcpEndpoint {
  readonly #options: TcpEndpointOptions;
  readonly #sender: TcpSender;
  readonly #receiver: TcpReceiver;
  readonly #synTimer: Timer;
  #state: 'closed' | 'syn-sent' | 'syn-received' | 'open' = 'closed';
  #synTransmissions = 0;
  #synSentUs = 0;
  #identification: number;
  /** Initial sequence number of the peer, once known. */
  #peerSequence = 0;
  /** Stream position after the peer's FIN, once it has arrived. */
  #peerEnd = Infinity;

  constructor(options: TcpEndpointOptions) {
    this.#options = options;
    this.#identification = options.identification;
    const { clock } = options;
    this.#sender = new TcpSender(
      clock,
      this.#maxSegmentBytes,
      options.receiveWindowBytes,
      (segment, isPush) => {
        this.#sendSegment(segment, isPush);
      },
    );
    this.#receiver = new TcpReceiver(clock, () => {
      this.#send(TCP_ACK, null);
    });
    this.#synTimer = new Timer(clock, () => {
      this.#sendSyn();
    });
  }

  /** Begins the handshake. */
  open(): void {
    this.#state = 'syn-sent';
    this.#sendSyn();
  }

  /** Sends the next bytes of the stream, which must already be appended to it. */
  write(length: number, exchange: SegmentRecord): void {
    this.#sender.write(length, exchange);
  }

  finish(): void {
    this.#sender.finish();
  }

  receive(packet: TcpPacket): void {
    if (packet.isSyn) {
      this.#receiveSyn(packet);
      return;
    }
    if (this.#state === 'syn-received') this.#becomeOpen();
    if (this.#state !== 'open') return;
    if (packet.places.acknowledged !== null) {
      this.#sender.acknowledge(packet.places.acknowledged, packet.places.sackBlocks);
    }
    if (packet.cargo !== null) this.#receiveSegment(packet.cargo.segment);
  }

  get #maxSegmentBytes(): number {
    return MAX_SEGMENT_BYTES[this.#options.local.address.length]!;
  }

  #receiveSyn({ header }: TcpPacket): void {
    this.#peerSequence = header.sequence;
    switch (this.#state) {
      case 'closed':
        this.#state = 'syn-received';
        this.#sendSyn();
        break;
      case 'syn-received':
        this.#sendSyn();
        break;
      case 'syn-sent':
        this.#becomeOpen();
        this.#send(TCP_ACK, null);
        this.#options.onOpen();
        break;
      case 'open':
        this.#send(TCP_ACK, null);
        break;
    }
  }

  #becomeOpen(): void {
    this.#state = 'open';
    this.#synTimer.clear();
    if (this.#synTransmissions === 1) this.#sender.sample(this.#options.clock.nowUs - this.#synSentUs);
  }

  #receiveSegment(segment: TcpSegment): void {
    const { isFin } = segment;
    if (isFin) this.#peerEnd = segmentEnd(segment);
    const before = this.#receiver.next;
    this.#receiver.receive(segment.offset, segmentEnd(segment));
    const place = this.#receiver.next;
    if (place === before) return;
    this.#options.onReceived(place);
    if (place >= this.#peerEnd) {
      this.#options.onEnded();
      this.#send(TCP_ACK, null);
    }
  }

  #sendSyn(): void {
    const { clock } = this.#options;
    this.#synTimer.set(clock.nowUs + SYN_TIMEOUT_US * 2 ** this.#synTransmissions);
    this.#synTransmissions++;
    this.#synSentUs = clock.nowUs;
    this.#send(this.#state === 'syn-sent' ? TCP_SYN : TCP_SYN | TCP_ACK, null);
  }

  #sendSegment(segment: TcpSegment, isPush: boolean): void {
    const flags = segment.isFin ? TCP_FIN | TCP_ACK : isPush ? TCP_PSH | TCP_ACK : TCP_ACK;
    const { stream } = this.#options;
    this.#send(flags, { segment, transmission: segment.transmissions, stream });
  }

  #send(flags: number, cargo: TcpCargo | null): void {
    const { local, remote, initialSequence, snapLength, transmit, onPassed } = this.#options;
    const isSyn = (flags & TCP_SYN) !== 0;
    const isAcknowledging = (flags & TCP_ACK) !== 0;
    const acknowledged = this.#receiver.next;
    const sackBlocks = isSyn || cargo !== null ? [] : this.#receiver.sackBlocks;
    this.#identification = (this.#identification + 1) & 0xffff;
    const header = {
      from: local,
      to: remote,
      identification: this.#identification,
      sequence: isSyn
        ? initialSequence
        : sequenceAt(initialSequence, cargo?.segment.offset ?? this.#sender.next),
      acknowledgement: isAcknowledging ? sequenceAt(this.#peerSequence, acknowledged) : 0,
      flags,
      window: isSyn ? 0xffff : this.#options.receiveWindowBytes,
      sackBlocks: sackBlocks.map((place) => sequenceAt(this.#peerSequence, place)),
      maxSegmentBytes: this.#maxSegmentBytes,
    };
    if (isAcknowledging) this.#receiver.acknowledged();
    const places = { acknowledged: isAcknowledging && !isSyn ? acknowledged : null, sackBlocks };
    transmit(new TcpPacket(header, places, cargo, snapLength, onPassed));
  }
}

/** Sequence number of a position in a stream that begins after the SYN. */
const sequenceAt = (initialSequence: number, place: number): number => (initialSequence + 1 + place) >>> 0;
