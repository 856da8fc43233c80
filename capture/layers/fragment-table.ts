import type { Fault } from './faults.js';
import { IPV4_BYTES, IPV6_BYTES } from './ip-address.js';
import { PROTOCOL_TCP, PROTOCOL_UDP } from './ip-protocols.js';
import type { PacketFields } from './packet-fields.js';
import { TCP_SYN } from './tcp.js';

/** Maximum datagrams remembered; a new one replaces the oldest. */
const MAX_DATAGRAMS = 4096;
/** Fragments further apart belong to different datagrams (RFC 8200, section 4.5): identifications are reused. */
const MAX_AGE_US = 60_000_000;
const WORD_BYTES = 4;

/** Fields that later fragments take from the first. */
interface FirstFragment {
  readonly timestampUs: number;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** TCP: sequence number that a payload byte at the datagram's start would have; null if unknown. */
  readonly startSeq: number | null;
}

/**
 * Gives the later fragments of an IP datagram the ports of the first, so that they count in its flow. Fragments are
 * not reassembled: each stays a packet with its own part of the payload.
 *
 * A later fragment that comes before the first (or without it) stays in a flow of its addresses without ports, and
 * counts as a fault: its row is emitted before the first fragment is seen.
 */
export class FragmentTable {
  readonly #datagrams = new Map<string, FirstFragment>();

  /**
   * Remembers a first fragment, or completes a later one: protocol, ports, and on TCP the sequence number of its
   * first byte.
   *
   * @param packet a fragment, decoded as far as possible
   * @param fault result of decoding it
   * @returns null if a later fragment is now known, else `fault`
   */
  place(view: DataView, packet: PacketFields, timestampUs: number, fault: Fault | null): Fault | null {
    const key = datagramKey(view, packet);
    if (!packet.isLaterFragment) {
      this.#remember(key, packet, timestampUs, fault);
      return fault;
    }
    const first = this.#datagrams.get(key);
    if (!first || Math.abs(timestampUs - first.timestampUs) > MAX_AGE_US) return fault;
    packet.protocol = first.protocol;
    packet.sourcePort = first.sourcePort;
    packet.destinationPort = first.destinationPort;
    if (first.protocol !== PROTOCOL_TCP) return null;
    if (first.startSeq === null) return fault;
    packet.tcpSeq = (first.startSeq + packet.fragmentOffsetBytes) >>> 0;
    return null;
  }

  #remember(key: string, packet: PacketFields, timestampUs: number, fault: Fault | null): void {
    const { protocol, sourcePort, destinationPort } = packet;
    this.#datagrams.delete(key);
    if (protocol !== PROTOCOL_TCP && protocol !== PROTOCOL_UDP) return;
    if (sourcePort === 0 && destinationPort === 0) return;
    this.#datagrams.set(key, {
      timestampUs,
      protocol,
      sourcePort,
      destinationPort,
      startSeq: fault ? null : startSeq(packet),
    });
    if (this.#datagrams.size <= MAX_DATAGRAMS) return;
    for (const oldest of this.#datagrams.keys()) {
      this.#datagrams.delete(oldest);
      break;
    }
  }
}

/** A SYN takes one sequence number before the payload (RFC 9293, section 3.4). */
function startSeq({ tcpSeq, tcpFlags, payloadOffset, transportOffset }: PacketFields): number {
  const headerBytes = payloadOffset - transportOffset;
  return tcpSeq + ((tcpFlags & TCP_SYN) !== 0 ? 1 : 0) - headerBytes;
}

/** Addresses and identification; for IPv4 also the protocol (RFC 791, section 2.3; RFC 8200, section 4.5). */
function datagramKey(view: DataView, packet: PacketFields): string {
  const { ipVersion, sourceAddressOffset, destinationAddressOffset } = packet;
  const addressBytes = ipVersion === 4 ? IPV4_BYTES : IPV6_BYTES;
  let key = `${packet.fragmentId}/${ipVersion === 4 ? packet.protocol : 'v6'}`;
  for (let byte = 0; byte < addressBytes; byte += WORD_BYTES) {
    key += `/${view.getUint32(sourceAddressOffset + byte)}`;
    key += `/${view.getUint32(destinationAddressOffset + byte)}`;
  }
  return key;
}
