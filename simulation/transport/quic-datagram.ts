import type { Packet } from '../network/network-path.js';
import type { Endpoint } from '../wire/endpoint.js';
import { networkHeaderBytes, type FrameBuffer } from '../wire/frame-buffer.js';
import { type Datagram, UDP_HEADER_BYTES, writeDatagram } from '../wire/udp-header.js';
import type { SegmentRecord } from './segment-record.js';

/** Data that must be delivered: sent again in a new packet until it is acknowledged. */
export interface QuicCargo {
  /** Bytes of UDP payload. */
  readonly length: number;
  readonly exchange: SegmentRecord;
  /** True if the capture keeps the whole datagram. */
  readonly isHello: boolean;
  /** Writes the whole UDP payload. */
  readonly write: (payload: Uint8Array, packetNumber: number) => void;
  /** True once the peer has it. */
  hasArrived: boolean;
}

/** A UDP datagram with QUIC packets in transit. */
export class QuicDatagram implements Packet, Datagram {
  readonly wireLength: number;
  readonly keptBytes: number;

  /**
   * @param acknowledged packet numbers that the sender has received, as starts and ends of ranges, ascending
   * @param isProbe true: it has no cargo, but must be acknowledged (a PING frame)
   * @param cargo null: it only acknowledges or probes
   */
  constructor(
    readonly from: Endpoint,
    readonly to: Endpoint,
    readonly identification: number,
    readonly packetNumber: number,
    readonly payloadLength: number,
    readonly acknowledged: readonly number[],
    readonly isProbe: boolean,
    readonly cargo: QuicCargo | null,
    private readonly writePayload: (payload: Uint8Array, packetNumber: number) => void,
    snapLength: number,
    private readonly onPassed: (datagram: QuicDatagram, timeUs: number) => void,
  ) {
    this.wireLength = networkHeaderBytes(from) + UDP_HEADER_BYTES + payloadLength;
    this.keptBytes = cargo?.isHello === true ? this.wireLength : Math.min(snapLength, this.wireLength);
  }

  write(frame: FrameBuffer): void {
    writeDatagram(frame, this, (payload) => {
      this.writePayload(payload, this.packetNumber);
    });
  }

  passed(timeUs: number): void {
    this.onPassed(this, timeUs);
  }
}
