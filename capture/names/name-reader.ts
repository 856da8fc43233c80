import type { ServerName } from '../../schemas/capture.js';
import type { FaultCounter } from '../layers/faults.js';
import { PROTOCOL_TCP } from '../layers/ip-protocols.js';
import type { PacketFields } from '../layers/packet-fields.js';
import { TCP_SYN } from '../layers/tcp.js';
import type { HelloOutcome } from './hello-outcome.js';
import { QuicHello } from './quic-hello.js';
import { TcpHello } from './tcp-hello.js';

/** Maximum flows whose beginning is kept at the same time; a new one replaces the oldest. */
const MAX_OPEN_FLOWS = 2048;

const NO_BYTES = new Uint8Array(0);

/** State of a flow whose beginning is still being read. */
interface OpenFlow {
  readonly hello: TcpHello | QuicHello;
  packetIndex: number;
  timestampUs: number;
}

/** Reads server names from the beginnings of a capture's flows. Memory is bounded by the number of open flows. */
export class NameReader {
  readonly names: ServerName[] = [];
  readonly #faults: FaultCounter;
  /** By flow, the oldest first. */
  readonly #open = new Map<number, OpenFlow>();

  /** @param faults counts the hellos that gave no name, by reason */
  constructor(faults: FaultCounter) {
    this.#faults = faults;
  }

  /**
   * Reads a TCP or UDP packet from a flow's client.
   *
   * @param end first byte that was not captured
   * @returns false once the flow needs no further packets
   */
  read(
    flow: number,
    view: DataView,
    end: number,
    fields: PacketFields,
    packetIndex: number,
    timestampUs: number,
  ): boolean {
    const { payloadOffset, payloadLength } = fields;
    const isTcp = fields.protocol === PROTOCOL_TCP;
    const isSyn = isTcp && (fields.tcpFlags & TCP_SYN) !== 0;
    if (payloadLength === 0 && !isSyn) return true;
    const open = this.#openFlow(flow, isTcp);
    open.packetIndex = packetIndex;
    open.timestampUs = timestampUs;
    const capturedLength = Math.min(end - payloadOffset, payloadLength);
    // A cut header may give a payload offset beyond the end of the buffer.
    const captured =
      capturedLength > 0
        ? new Uint8Array(view.buffer, view.byteOffset + payloadOffset, capturedLength)
        : NO_BYTES;
    const { hello } = open;
    let outcome: HelloOutcome | null = null;
    if (hello instanceof TcpHello) {
      if (isSyn) hello.open(fields.tcpSeq);
      // The payload of a SYN (RFC 7413) begins after the SYN's own sequence number.
      const sequence = isSyn ? (fields.tcpSeq + 1) >>> 0 : fields.tcpSeq;
      if (payloadLength > 0) outcome = hello.add(sequence, captured, payloadLength);
    } else outcome = hello.add(captured, payloadLength);
    if (!outcome) return true;
    this.#close(flow, open, outcome);
    return false;
  }

  /** Call once, after the last packet. Closes the remaining flows with the bytes they have. */
  finish(): void {
    for (const [flow, open] of this.#open) this.#close(flow, open, open.hello.giveUp());
    this.names.sort((a, b) => a.packetIndex - b.packetIndex || a.flowId - b.flowId);
  }

  #openFlow(flow: number, isTcp: boolean): OpenFlow {
    const known = this.#open.get(flow);
    if (known) return known;
    if (this.#open.size >= MAX_OPEN_FLOWS) {
      for (const [oldest, open] of this.#open) {
        this.#close(oldest, open, open.hello.giveUp());
        break;
      }
    }
    const opened = { hello: isTcp ? new TcpHello() : new QuicHello(), packetIndex: 0, timestampUs: 0 };
    this.#open.set(flow, opened);
    return opened;
  }

  #close(flowId: number, { packetIndex, timestampUs }: OpenFlow, { name, fault }: HelloOutcome): void {
    this.#open.delete(flowId);
    if (name) this.names.push({ flowId, packetIndex, timestampUs, ...name });
    if (fault) this.#faults.add(fault);
  }
}
