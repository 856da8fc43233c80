import { randomBytes } from '../wire/ciphertext.js';
import { quicInitialKeys } from '../wire/quic-initial-keys.js';
import {
  ackFrame,
  clientTransportParameters,
  cryptoFrame,
  initialPacket,
  writeHandshakePacket,
  writeShortPacket,
} from '../wire/quic-packets.js';
import { clientHello, serverHello } from '../wire/tls-handshake.js';
import type { Connection, ConnectionContext, Request } from './connection.js';
import type { QuicCargo, QuicDatagram } from './quic-datagram.js';
import { QuicPeer } from './quic-peer.js';
import { SegmentRecord, type TrueFlow } from './segment-record.js';

const CONNECTION_ID_BYTES = 8;
/** Minimum size of datagrams with Initial packets (RFC 9000, section 14.1). */
const INITIAL_DATAGRAM_BYTES = 1200;
const DATAGRAM_BYTES = 1250;
/** Bytes of header, packet number, STREAM frame and tag around the data of a datagram. */
const OVERHEAD_BYTES = 28;
/** Initial packet with an ACK frame, or with ACK and ServerHello. */
const ACK_INITIAL_BYTES = 60;
const HELLO_INITIAL_BYTES = 180;
/** Last datagram of the certificate chain; the flight stays within three times the ClientHello (section 8.1). */
const CERTIFICATE_REST_BYTES = 500;
const CERTIFICATE_SPREAD_BYTES = 600;
/** HANDSHAKE_DONE, NEW_CONNECTION_ID, two tickets. */
const CONFIRMATION_BYTES = 420;
const HANDSHAKE_US = 1_000;

/**
 * HTTP/3 on QUIC version 1 (RFC 9000, 9001): an Initial with a ClientHello that any observer can decrypt, the
 * server's flight, Finished together with the first request, then datagrams of up to 1,250 bytes with short
 * headers. A repeated datagram looks like a new one, because packet numbers are encrypted.
 */
export class QuicConnection implements Connection {
  readonly #context: ConnectionContext;
  readonly #flow: TrueFlow;
  readonly #client: QuicPeer;
  readonly #server: QuicPeer;
  readonly #firstId: Uint8Array;
  readonly #serverId: Uint8Array;
  readonly #salt: number;
  /** The exchange whose request passed the vantage point last. */
  #latest: SegmentRecord | null = null;
  /** Cargo that a side waits for, and the action when all of it has arrived. */
  #serverAwaits = new Arrival();
  #clientAwaits = new Arrival();
  #isOpen = false;

  constructor(context: ConnectionContext) {
    this.#context = context;
    const { clock, path, random, client, server, snapLength, receiveWindowBytes } = context;
    this.#flow = { protocol: 'udp', client, server };
    this.#firstId = randomBytes(random, CONNECTION_ID_BYTES);
    this.#serverId = randomBytes(random, CONNECTION_ID_BYTES);
    this.#salt = random.integer(2 ** 16);
    this.#client = new QuicPeer({
      clock,
      random,
      local: client,
      remote: server,
      snapLength,
      receiveWindowBytes,
      transmit: (datagram) => {
        path.up(datagram, (arrived) => {
          this.#server.receive(arrived);
        });
      },
      onPassed: ({ cargo, payloadLength }, timeUs) => {
        if (cargo === null) return;
        cargo.exchange.sawRequest(timeUs, payloadLength);
        this.#latest = cargo.exchange;
      },
      onArrived: (cargo) => {
        if (cargo.isHello) this.#client.canAcknowledge = true;
        this.#clientAwaits.arrived(cargo);
      },
      writeBare: (payload, number) => {
        if (this.#isOpen) this.#writeShort(payload, number, this.#serverId);
        else this.#writeHandshake(payload, number, this.#serverId);
      },
    });
    this.#server = new QuicPeer({
      clock,
      random,
      local: server,
      remote: client,
      snapLength,
      receiveWindowBytes,
      transmit: (datagram: QuicDatagram) => {
        path.down(datagram, (arrived) => {
          this.#client.receive(arrived);
        });
      },
      onPassed: ({ cargo, payloadLength }, timeUs) => {
        // A datagram without response data counts for the exchange that is current at its time.
        if (cargo === null) this.#latest?.sawAnswer(timeUs, payloadLength, false);
        else cargo.exchange.sawAnswer(timeUs, payloadLength);
      },
      onArrived: (cargo) => {
        this.#server.canAcknowledge = true;
        this.#serverAwaits.arrived(cargo);
      },
      writeBare: (payload, number) => {
        this.#writeShort(payload, number, NO_ID);
      },
    });
  }

  exchange(request: Request, done: () => void): void {
    if (this.#isOpen) this.#ask(request, done, []);
    else this.#handshake(request, done);
  }

  /** Sends nothing: the connection ends by its idle timeout (RFC 9000, section 10.1). */
  close(): void {
    return;
  }

  #handshake(request: Request, done: () => void): void {
    const { random, serverName } = this.#context;
    const exchange = this.#begin('handshake', null);
    const hello = clientHello({
      serverName,
      protocol: 'h3',
      sessionId: NO_ID,
      transportParameters: clientTransportParameters(NO_ID),
      random,
    });
    const clientKeys = quicInitialKeys(this.#firstId, 'client');
    const firstIds = { destination: this.#firstId, source: NO_ID };
    const first = this.#cargo(exchange, INITIAL_DATAGRAM_BYTES, true, (payload, number) => {
      payload.set(initialPacket(clientKeys, firstIds, number, cryptoFrame(hello), payload.length));
    });
    this.#serverAwaits.begin([first], HANDSHAKE_US, this.#context, () => {
      const flight = this.#serverFlight(exchange);
      this.#clientAwaits.begin(flight, 0, this.#context, () => {
        this.#isOpen = true;
        this.#ask(request, done, this.#finished());
      });
      this.#server.write(flight);
    });
    this.#client.write([first]);
  }

  #serverFlight(exchange: SegmentRecord): QuicCargo[] {
    const { random } = this.#context;
    const frames = [...ackFrame(0), ...cryptoFrame(serverHello(NO_ID, random))];
    const keys = quicInitialKeys(this.#firstId, 'server');
    const ids = { destination: NO_ID, source: this.#serverId };
    const hello = this.#cargo(exchange, INITIAL_DATAGRAM_BYTES, true, (payload, number) => {
      payload.set(initialPacket(keys, ids, number, frames, HELLO_INITIAL_BYTES));
      this.#writeHandshake(payload.subarray(HELLO_INITIAL_BYTES), number, NO_ID, this.#serverId);
    });
    const rest = CERTIFICATE_REST_BYTES + random.integer(CERTIFICATE_SPREAD_BYTES);
    const certificates = [INITIAL_DATAGRAM_BYTES, rest].map((length) =>
      this.#cargo(exchange, length, true, (payload, number) => {
        this.#writeHandshake(payload, number, NO_ID, this.#serverId);
      }),
    );
    return [hello, ...certificates];
  }

  /** The client's second flight, sent with the first request. */
  #finished(): ((exchange: SegmentRecord) => QuicCargo)[] {
    const keys = quicInitialKeys(this.#firstId, 'client');
    const ids = { destination: this.#serverId, source: NO_ID };
    return [
      (exchange) =>
        this.#cargo(exchange, INITIAL_DATAGRAM_BYTES, true, (payload, number) => {
          payload.set(initialPacket(keys, ids, number, ackFrame(0), ACK_INITIAL_BYTES));
          this.#writeHandshake(payload.subarray(ACK_INITIAL_BYTES), number, this.#serverId);
        }),
    ];
  }

  #ask(request: Request, done: () => void, before: ((exchange: SegmentRecord) => QuicCargo)[]): void {
    const exchange = this.#begin(request.kind, request.media);
    const question = this.#short(exchange, request.requestBytes + OVERHEAD_BYTES, this.#serverId);
    const cargo = [...before.map((make) => make(exchange)), question];
    this.#serverAwaits.begin(cargo, request.serverUs, this.#context, () => {
      const answer: QuicCargo[] = [];
      if (before.length > 0) answer.push(this.#short(exchange, CONFIRMATION_BYTES, NO_ID));
      for (let left = request.responseBytes; left > 0; left -= DATAGRAM_BYTES - OVERHEAD_BYTES) {
        answer.push(this.#short(exchange, Math.min(DATAGRAM_BYTES, left + OVERHEAD_BYTES), NO_ID));
      }
      this.#clientAwaits.begin(answer, 0, this.#context, done);
      this.#server.write(answer);
    });
    this.#client.write(cargo);
  }

  #begin(kind: Request['kind'], media: Request['media']): SegmentRecord {
    const exchange = new SegmentRecord(this.#flow, kind, media);
    this.#context.record(exchange);
    return exchange;
  }

  #cargo(exchange: SegmentRecord, length: number, isHello: boolean, write: QuicCargo['write']): QuicCargo {
    return { length, exchange, isHello, write, hasArrived: false };
  }

  #short(exchange: SegmentRecord, length: number, destination: Uint8Array): QuicCargo {
    return this.#cargo(exchange, length, false, (payload, number) => {
      this.#writeShort(payload, number, destination);
    });
  }

  #writeShort(payload: Uint8Array, number: number, destination: Uint8Array): void {
    writeShortPacket(payload, destination, this.#position(number));
  }

  #writeHandshake(
    payload: Uint8Array,
    number: number,
    destination: Uint8Array,
    source: Uint8Array = NO_ID,
  ): void {
    writeHandshakePacket(payload, { destination, source }, this.#position(number));
  }

  /** Position in the ciphertext of a packet's first byte. */
  #position(number: number): number {
    return this.#salt + number * DATAGRAM_BYTES;
  }
}

/** Waits until all of some cargo has arrived. */
class Arrival {
  #left = 0;
  #run: () => void = () => undefined;

  begin(cargo: readonly QuicCargo[], delayUs: number, { clock }: ConnectionContext, run: () => void): void {
    this.#left = cargo.length;
    this.#run = () => {
      if (delayUs === 0) run();
      else clock.after(delayUs, run);
    };
  }

  arrived(cargo: QuicCargo): void {
    if (cargo.hasArrived && --this.#left === 0) this.#run();
  }
}

const NO_ID = new Uint8Array(0);
