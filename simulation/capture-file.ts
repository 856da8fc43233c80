import { pcapHeader, pcapRecord } from '../capture/formats/pcap-writer.js';
import type { Packet } from './network/network-path.js';
import { FrameBuffer } from './wire/frame-buffer.js';

/** LINKTYPE_ETHERNET, as registered at tcpdump.org. */
const LINK_TYPE = 1;
/** Longest frame, and the snap length in the file header. */
const LONGEST_FRAME_BYTES = 1514;

/** Builds a capture file (classic pcap) packet by packet. */
export class CaptureFile {
  readonly #frame = new FrameBuffer();
  readonly #parts: Uint8Array[] = [pcapHeader({ linkType: LINK_TYPE, snapLength: LONGEST_FRAME_BYTES })];

  /** Packets so far. */
  get packets(): number {
    return this.#parts.length - 1;
  }

  /** Adds a packet. Call in order of time. */
  add(timeUs: number, packet: Packet): void {
    packet.write(this.#frame);
    const kept = this.#frame.bytes.subarray(0, packet.keptBytes);
    this.#parts.push(pcapRecord(timeUs, kept, packet.wireLength));
  }

  /** The whole file. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of this.#parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return bytes;
  }
}
