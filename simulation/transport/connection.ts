import type { Random } from '../../common/random.js';
import type { EventQueue } from '../engine/event-queue.js';
import type { NetworkPath } from '../network/network-path.js';
import type { Endpoint } from '../wire/endpoint.js';
import type { SegmentKind, SegmentMedia, SegmentRecord } from './segment-record.js';

/** What a client asks for, and how much the server has to say. */
export interface Request {
  readonly kind: SegmentKind;
  readonly media: SegmentMedia | null;
  /** Plaintext of the request and of the answer, HTTP headers included. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Time that the server takes before it answers. */
  readonly serverUs: number;
}

/** A client's connection to a server, carrying one exchange at a time. */
export interface Connection {
  /**
   * Asks, setting the connection up first if that was not done, and calls `done` when the whole answer has arrived.
   * Must not be called while an answer is on its way.
   */
  exchange(request: Request, done: () => void): void;
  /** The client's orderly end, between exchanges. */
  close(): void;
}

/** What a connection lives in. */
export interface ConnectionContext {
  readonly clock: EventQueue;
  readonly path: NetworkPath;
  readonly random: Random;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly serverName: string;
  /** Bytes that the capture keeps of a packet of ciphertext; hellos are kept whole. */
  readonly snapLength: number;
  /** Bytes that each end lets be on their way to it. */
  readonly receiveWindowBytes: number;
  /** Receives every exchange as it begins. */
  readonly record: (segment: SegmentRecord) => void;
}
