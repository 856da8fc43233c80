import type { Packet } from '../network/network-path.js';
import { networkHeaderBytes, type FrameBuffer } from '../wire/frame-buffer.js';
import { TCP_SYN, tcpHeaderBytes, type TcpHeader, writeTcp } from '../wire/tcp-header.js';
import type { TlsStream } from '../wire/tls-stream.js';
import type { TcpSegment } from './tcp-segment.js';

/** Payload of a TCP packet: a segment of a stream, in its n-th transmission. */
export interface TcpCargo {
  readonly segment: TcpSegment;
  readonly transmission: number;
  readonly stream: TlsStream;
}

/** Positions in the two streams, without wrap-around, for the packet's sequence numbers. */
interface TcpPlaces {
  /** Null in a SYN. */
  readonly acknowledged: number | null;
  readonly sackBlocks: readonly number[];
}

/** A TCP packet in transit. */
export class TcpPacket implements Packet {
  readonly wireLength: number;
  readonly keptBytes: number;

  constructor(
    readonly header: TcpHeader,
    readonly places: TcpPlaces,
    readonly cargo: TcpCargo | null,
    snapLength: number,
    private readonly onPassed: (packet: TcpPacket, timeUs: number) => void,
  ) {
    const payload = cargo?.segment.length ?? 0;
    this.wireLength = networkHeaderBytes(header.from) + tcpHeaderBytes(header) + payload;
    const isCut = cargo?.segment.exchange?.kind !== 'handshake';
    this.keptBytes = isCut ? Math.min(snapLength, this.wireLength) : this.wireLength;
  }

  get isSyn(): boolean {
    return (this.header.flags & TCP_SYN) !== 0;
  }

  write(frame: FrameBuffer): void {
    const { cargo } = this;
    writeTcp(frame, this.header, cargo?.segment.length ?? 0, (payload) => {
      cargo?.stream.read(cargo.segment.offset, payload);
    });
  }

  passed(timeUs: number): void {
    this.onPassed(this, timeUs);
  }
}
