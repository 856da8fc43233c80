import type { Connection, Exchange } from './connection.js';
import { encodeFrame, PROTOCOL_TCP } from './encode-frame.js';
import type { Endpoint } from './endpoint.js';
import { arrivalTimes, type NetworkPath } from './network-path.js';
import { ENCRYPTED_SNAP_LENGTH, type SimulatedPacket } from './simulated-packet.js';
import { tlsRecordHead } from './tls-record-head.js';

const FIN = 0x01;
const SYN = 0x02;
const PSH = 0x08;
const ACK = 0x10;

/** Segment payload on Ethernet without TCP options. */
const MSS_BYTES = 1460;
const HEADERS_BYTES = 54;
/** Scaled by 2^7: one megabyte, never the bottleneck. */
const WINDOW = 8192;
/** Maximum segment size 1460, SACK permitted, no-operation, window scale 7 (RFC 9293, 2018, 7323). */
const SYN_OPTIONS = [2, 4, MSS_BYTES >>> 8, MSS_BYTES & 0xff, 4, 2, 1, 3, 3, 7, 0, 0];
/** Every second packet is acknowledged (RFC 9293, 3.8.6.3), this soon. */
const ACK_EVERY = 2;
const ACK_MIN_US = 20;
const ACK_SPREAD_US = 40;

interface Peer {
  readonly endpoint: Endpoint;
  /** Sequence number of the next byte. */
  next: number;
  identification: number;
}

/**
 * A TCP connection (RFC 9293) as the client's capture sees it: handshake, requests and answers, delayed
 * acknowledgements; no loss, no slow start. Payloads look like TLS application data from the first byte: the TLS
 * handshake is not simulated. The TCP checksum is 0, as with offloading.
 */
export class TcpConnection implements Connection {
  private readonly client: Peer;
  private readonly server: Peer;

  constructor(
    client: Endpoint,
    server: Endpoint,
    private readonly path: NetworkPath,
    private readonly emit: (packet: SimulatedPacket) => void,
  ) {
    const peer = (endpoint: Endpoint): Peer => ({
      endpoint,
      next: path.random.integer(2 ** 32),
      identification: path.random.integer(2 ** 16),
    });
    this.client = peer(client);
    this.server = peer(server);
  }

  open(timeUs: number): number {
    this.send(timeUs, this.client, SYN);
    this.send(timeUs + this.path.roundTripUs, this.server, SYN | ACK);
    const openUs = timeUs + this.path.roundTripUs + this.ackDelayUs();
    this.send(openUs, this.client, ACK);
    return openUs + 1;
  }

  exchange({ requestUs, requestBytes, responseBytes }: Exchange): number {
    this.send(requestUs, this.client, PSH | ACK, requestBytes, tlsRecordHead(0, requestBytes));
    const packets = Math.ceil(responseBytes / MSS_BYTES);
    const payloadOf = (packet: number) => Math.min(MSS_BYTES, responseBytes - packet * MSS_BYTES);
    const wireLengths = Array.from({ length: packets }, (_, packet) => HEADERS_BYTES + payloadOf(packet));
    let packet = 0;
    let lastUs = requestUs;
    for (const timeUs of arrivalTimes(this.path, requestUs, wireLengths)) {
      const isLast = packet === packets - 1;
      const head = tlsRecordHead(packet * MSS_BYTES, responseBytes);
      this.send(timeUs, this.server, isLast ? PSH | ACK : ACK, payloadOf(packet), head);
      packet++;
      if (isLast || packet % ACK_EVERY === 0) this.send(timeUs + this.ackDelayUs(), this.client, ACK);
      lastUs = timeUs;
    }
    return lastUs;
  }

  /** The client's orderly end; the connection cannot be used after. */
  close(timeUs: number): void {
    this.send(timeUs, this.client, FIN | ACK);
    this.send(timeUs + this.path.roundTripUs, this.server, FIN | ACK);
    this.send(timeUs + this.path.roundTripUs + this.ackDelayUs(), this.client, ACK);
  }

  private ackDelayUs(): number {
    return ACK_MIN_US + this.path.random.integer(ACK_SPREAD_US);
  }

  private send(timestampUs: number, from: Peer, flags: number, payloadLength = 0, head = NO_BYTES): void {
    const to = from === this.client ? this.server : this.client;
    const header = tcpHeader(from, to, flags);
    from.identification = (from.identification + 1) & 0xffff;
    from.next = (from.next + payloadLength + ((flags & (SYN | FIN)) === 0 ? 0 : 1)) >>> 0;
    const encoded = encodeFrame({
      from: from.endpoint,
      to: to.endpoint,
      protocol: PROTOCOL_TCP,
      identification: from.identification,
      transportHeader: header,
      payloadHead: head,
      payloadLength,
      snapLength: ENCRYPTED_SNAP_LENGTH,
    });
    this.emit({ timestampUs, ...encoded });
  }
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

function tcpHeader(from: Peer, to: Peer, flags: number): Uint8Array {
  const options = (flags & SYN) === 0 ? [] : SYN_OPTIONS;
  const header = new Uint8Array(20 + options.length);
  const view = new DataView(header.buffer);
  view.setUint16(0, from.endpoint.port);
  view.setUint16(2, to.endpoint.port);
  view.setUint32(4, from.next);
  view.setUint32(8, (flags & ACK) === 0 ? 0 : to.next);
  view.setUint8(12, (header.length / 4) << 4);
  view.setUint8(13, flags);
  view.setUint16(14, WINDOW);
  header.set(options, 20);
  return header;
}
