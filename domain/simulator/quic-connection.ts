import type { Connection, Exchange } from './connection.js';
import { encodeFrame, PROTOCOL_UDP } from './encode-frame.js';
import type { Endpoint } from './endpoint.js';
import { arrivalTimes, type NetworkPath } from './network-path.js';
import { ENCRYPTED_SNAP_LENGTH, type SimulatedPacket } from './simulated-packet.js';
import { udpHeader } from './udp-header.js';

const DATAGRAM_BYTES = 1250;
const HEADERS_BYTES = 42;
/** Short header, fixed bit set (RFC 9000, section 17.3). */
const SHORT_HEADER = Uint8Array.of(0x40);
/** Every second datagram is acknowledged (RFC 9000, section 13.2.2), this soon, in so many bytes. */
const ACK_EVERY = 2;
const ACK_MIN_US = 20;
const ACK_SPREAD_US = 200;
const ACK_MIN_BYTES = 32;
const ACK_SPREAD_BYTES = 20;

/**
 * A QUIC connection (RFC 9000) as the client's capture sees it: protected packets with short headers, requests,
 * answers and acknowledgements; no loss. The handshake is not simulated: the connection is there from the start.
 */
export class QuicConnection implements Connection {
  private identification: number;

  constructor(
    private readonly client: Endpoint,
    private readonly server: Endpoint,
    private readonly path: NetworkPath,
    private readonly emit: (packet: SimulatedPacket) => void,
  ) {
    this.identification = path.random.integer(2 ** 16);
  }

  open(timeUs: number): number {
    return timeUs;
  }

  exchange({ requestUs, requestBytes, responseBytes }: Exchange): number {
    const { random } = this.path;
    this.send(requestUs, this.client, requestBytes);
    const datagrams = Math.ceil(responseBytes / DATAGRAM_BYTES);
    const payloadOf = (datagram: number) =>
      Math.min(DATAGRAM_BYTES, responseBytes - datagram * DATAGRAM_BYTES);
    const wireLengths = Array.from(
      { length: datagrams },
      (_, datagram) => HEADERS_BYTES + payloadOf(datagram),
    );
    let datagram = 0;
    let lastUs = requestUs;
    for (const timeUs of arrivalTimes(this.path, requestUs, wireLengths)) {
      this.send(timeUs, this.server, payloadOf(datagram));
      datagram++;
      if (datagram === datagrams || datagram % ACK_EVERY === 0) {
        const ackUs = timeUs + ACK_MIN_US + random.integer(ACK_SPREAD_US);
        this.send(ackUs, this.client, ACK_MIN_BYTES + random.integer(ACK_SPREAD_BYTES));
      }
      lastUs = timeUs;
    }
    return lastUs;
  }

  private send(timestampUs: number, from: Endpoint, payloadLength: number): void {
    const to = from === this.client ? this.server : this.client;
    this.identification = (this.identification + 1) & 0xffff;
    const encoded = encodeFrame({
      from,
      to,
      protocol: PROTOCOL_UDP,
      identification: this.identification,
      transportHeader: udpHeader(from.port, to.port, payloadLength),
      payloadHead: SHORT_HEADER,
      payloadLength,
      snapLength: ENCRYPTED_SNAP_LENGTH,
    });
    this.emit({ timestampUs, ...encoded });
  }
}
