import { randomBytes } from '../wire/ciphertext.js';
import { changeCipherSpecRecord, clientHello, handshakeRecord, serverHello } from '../wire/tls-handshake.js';
import { TlsStream } from '../wire/tls-stream.js';
import type { Connection, ConnectionContext, Request } from './connection.js';
import { SegmentRecord, type TrueFlow } from './segment-record.js';
import { TcpEndpoint } from './tcp-endpoint.js';
import type { TcpPacket } from './tcp-packet.js';
import { type LateTcpPackets, TcpSightings } from './tcp-sightings.js';

const SESSION_ID_BYTES = 32;
/**
 * Bytes of a Finished message with SHA-256, of the server's flight (encrypted extensions to Finished, with a
 * certificate chain), and of two tickets.
 */
const FINISHED_BYTES = 36;
const SERVER_FLIGHT_BYTES = 3_000;
const SERVER_FLIGHT_SPREAD_BYTES = 1_500;
const TICKETS_BYTES = 480;
const ALERT_BYTES = 2;
const HANDSHAKE_US = 1_000;
/** Maximum bytes before the sequence numbers wrap, if `wrapsEarly` is set. */
const WRAP_AFTER_BYTES = 50_000;

/** Options of TCP connections only. */
interface TcpConnectionOptions {
  /** Counts late packets of the whole session. */
  readonly late: LateTcpPackets;
  /** Both directions begin close enough to 2^32 that their sequence numbers wrap early. */
  readonly wrapsEarly: boolean;
}

/**
 * TLS 1.3 on TCP: ClientHello with the server's name, the server's flight, Finished together with the first
 * request, tickets together with its response, then requests and responses in application data records.
 */
export class TcpConnection implements Connection {
  readonly #context: ConnectionContext;
  readonly #flow: TrueFlow;
  readonly #up: TlsStream;
  readonly #down: TlsStream;
  readonly #client: TcpEndpoint;
  readonly #server: TcpEndpoint;
  /** The server's action once it has the client's bytes up to a stream position. */
  #serverTask: { readonly place: number; readonly run: () => void } | null = null;
  #clientTask: { readonly place: number; readonly run: () => void } | null = null;
  #first: (() => void) | null = null;
  #state: 'new' | 'opening' | 'open' = 'new';

  constructor(context: ConnectionContext, { late, wrapsEarly }: TcpConnectionOptions) {
    this.#context = context;
    const { clock, path, random, client, server, snapLength, receiveWindowBytes } = context;
    this.#flow = { protocol: 'tcp', client, server };
    const salt = random.integer(2 ** 16);
    this.#up = new TlsStream(salt);
    this.#down = new TlsStream(salt + 1);
    const upSeen = new TcpSightings(late);
    const downSeen = new TcpSightings(late);
    const common = () => ({
      clock,
      snapLength,
      receiveWindowBytes,
      initialSequence: wrapsEarly ? 2 ** 32 - 1 - random.integer(WRAP_AFTER_BYTES) : random.integer(2 ** 32),
      identification: random.integer(2 ** 16),
    });
    this.#client = new TcpEndpoint({
      ...common(),
      local: client,
      remote: server,
      stream: this.#up,
      transmit: (packet) => {
        path.up(packet, (arrived) => {
          this.#server.receive(arrived);
        });
      },
      onPassed: ({ cargo }, timeUs) => {
        if (cargo === null || !upSeen.pass(cargo.segment, cargo.transmission)) return;
        cargo.segment.exchange?.sawRequest(timeUs, cargo.segment.length);
      },
      onOpen: () => {
        this.#startTls();
      },
      onReceived: (place) => {
        if (this.#clientTask === null || place < this.#clientTask.place) return;
        const { run } = this.#clientTask;
        this.#clientTask = null;
        run();
      },
      onEnded: () => undefined,
    });
    this.#server = new TcpEndpoint({
      ...common(),
      local: server,
      remote: client,
      stream: this.#down,
      transmit: (packet: TcpPacket) => {
        path.down(packet, (arrived) => {
          this.#client.receive(arrived);
        });
      },
      onPassed: ({ cargo }, timeUs) => {
        if (cargo === null || !downSeen.pass(cargo.segment, cargo.transmission)) return;
        cargo.segment.exchange?.sawAnswer(timeUs, cargo.segment.length);
      },
      onOpen: () => undefined,
      onReceived: (place) => {
        if (this.#serverTask === null || place < this.#serverTask.place) return;
        const { run } = this.#serverTask;
        this.#serverTask = null;
        run();
      },
      onEnded: () => {
        this.#server.finish();
      },
    });
  }

  exchange(request: Request, done: () => void): void {
    switch (this.#state) {
      case 'new':
        this.#state = 'opening';
        this.#first = () => {
          this.#ask(request, done, true);
        };
        this.#client.open();
        break;
      case 'opening':
        throw new Error('a connection carries one exchange at a time; wait for the previous one to finish');
      case 'open':
        this.#ask(request, done, false);
        break;
    }
  }

  close(): void {
    const closing = new SegmentRecord(this.#flow, 'close', null);
    this.#context.record(closing);
    this.#client.write(this.#up.appendRecords(ALERT_BYTES), closing);
    this.#client.finish();
  }

  #startTls(): void {
    const { random, serverName } = this.#context;
    const sessionId = randomBytes(random, SESSION_ID_BYTES);
    const hello = clientHello({
      serverName,
      protocol: 'http/1.1',
      sessionId,
      transportParameters: null,
      random,
    });
    const exchange = new SegmentRecord(this.#flow, 'handshake', null);
    this.#context.record(exchange);
    const length = this.#up.appendBytes(handshakeRecord(hello));
    this.#serve(HANDSHAKE_US, () => {
      const flight =
        this.#down.appendBytes(handshakeRecord(serverHello(sessionId, random))) +
        this.#down.appendBytes(changeCipherSpecRecord()) +
        this.#down.appendRecords(SERVER_FLIGHT_BYTES + random.integer(SERVER_FLIGHT_SPREAD_BYTES));
      this.#answer(flight, exchange, () => {
        this.#state = 'open';
        this.#first?.();
      });
    });
    this.#client.write(length, exchange);
  }

  #ask(request: Request, done: () => void, isFirst: boolean): void {
    const exchange = new SegmentRecord(this.#flow, request.kind, request.media);
    this.#context.record(exchange);
    if (isFirst) {
      const finished =
        this.#up.appendBytes(changeCipherSpecRecord()) + this.#up.appendRecords(FINISHED_BYTES);
      this.#client.write(finished, exchange);
    }
    const length = this.#up.appendRecords(request.requestBytes);
    this.#serve(request.serverUs, () => {
      const tickets = isFirst ? this.#down.appendRecords(TICKETS_BYTES) : 0;
      this.#answer(tickets + this.#down.appendRecords(request.responseBytes), exchange, done);
    });
    this.#client.write(length, exchange);
  }

  /** Runs the server's part `serverUs` after it has received all bytes that are now in the client's stream. */
  #serve(serverUs: number, run: () => void): void {
    this.#serverTask = {
      place: this.#up.length,
      run: () => {
        this.#context.clock.after(serverUs, run);
      },
    };
  }

  #answer(length: number, exchange: SegmentRecord, run: () => void): void {
    this.#clientTask = { place: this.#down.length, run };
    this.#server.write(length, exchange);
  }
}
