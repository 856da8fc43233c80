import type { Random } from '../../common/random.js';
import type { EventQueue } from '../engine/event-queue.js';
import type { NetworkPath } from '../network/network-path.js';
import type { Endpoint } from '../wire/endpoint.js';
import type { SegmentKind, SegmentMedia, SegmentRecord } from './segment-record.js';

/** A client's request, and the size of the server's response. */
export interface Request {
  readonly kind: SegmentKind;
  readonly media: SegmentMedia | null;
  /** Plaintext bytes of the request and of the response, HTTP headers included. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Time that the server takes before it responds. */
  readonly serverUs: number;
}

/** A client's connection to a server, carrying one exchange at a time. */
export interface Connection {
  /**
   * Sends a request, sets the connection up first if needed, and calls `done` when the whole response has arrived.
   * Must not be called before the previous response has arrived.
   */
  exchange(request: Request, done: () => void): void;
  /** Closes the connection from the client, between exchanges. */
  close(): void;
}

/** Parts of the simulation that a connection uses. */
export interface ConnectionContext {
  readonly clock: EventQueue;
  readonly path: NetworkPath;
  readonly random: Random;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly serverName: string;
  /** Captured bytes of an encrypted packet; hellos are captured completely. */
  readonly snapLength: number;
  /** Receive window of each end. */
  readonly receiveWindowBytes: number;
  /** Called with every exchange when it begins. */
  readonly record: (segment: SegmentRecord) => void;
}
