import { PROTOCOL_TCP, PROTOCOL_UDP } from '../layers/ip-protocols.js';
import type { PacketFields } from '../layers/packet-fields.js';
import { TCP_SYN } from '../layers/tcp.js';
import { DIRECTIONS, grown, INITIAL_FLOWS } from './flow-slots.js';

/** Packets of each direction of a flow that are remembered. */
const REMEMBERED = 4;
/**
 * A copy is at most this much later. A mirror adds microseconds, a queue between two mirrored ports or a repeated Wi-Fi
 * frame some milliseconds. Some hosts send a segment again with its old number, but not before a round trip.
 */
const MAX_COPY_DELAY_US = 10_000;

/** A gap behind which nothing is a copy. */
const TOO_LONG_US = MAX_COPY_DELAY_US + 1;

const IPV4_IDENTIFICATION = 4;
const UDP_HEADER_BYTES = 8;
const TCP_CHECKSUM = 16;
const TCP_CHECKSUM_END = 18;
const TCP_OPTIONS = 20;
const WORD_BYTES = 4;
/**
 * Payload bytes of which every other word is compared, next to the checksum: the last words lie behind every QUIC connection
 * id.
 */
const COMPARED_BYTES = 32;
const COMPARED_STEP = 8;
const LAST_WORDS = 20;

/** Of a connection's packets with SYN or payload, this share must have a copy, so that others without a number can be one. */
const COPIED_SHARE = 0.4;
const MIN_COPIED = 2;
/** The counts are halved when they reach this, so that they describe the last packets. */
const COUNTED_PACKETS = 256;

/** Bit above the 16 of an IPv4 identification: the direction's identifications differ. */
const IDS_DIFFER = 0x1_0000;

const INITIAL_SLOTS = INITIAL_FLOWS * DIRECTIONS;
const HASH_MULTIPLIER = 0x9e3779b1;
const HASH_SHIFT = 15;

/**
 * Finds packets that a capture contains twice: a mirror of both ports, several interfaces of one host, repeated Wi-Fi
 * frames. As `editcap -d`, it compares a packet with those just before; but only with those of its flow and direction,
 * and from the IP header on, without the time to live, because copies may differ there.
 *
 * A host that sends a TCP segment again gives it another IPv4 identification. Where there is none (IPv6, or always the
 * same number), a packet equal to an earlier one counts as a copy only if a large share of its connection's packets have
 * one: retransmissions are a small share, and repeated acknowledgements do not count for it. On UDP, the beginning of the payload decides; if that is all zeros, as in
 * captures without contents, nothing is a copy.
 *
 * A packet allocates no object.
 */
export class DuplicateFinder {
  /** By flow and direction: hashes of the last packets, their times on `#clockUs`, and the place of the oldest. */
  #hashes = new Int32Array(INITIAL_SLOTS * REMEMBERED);
  #timesUs = new Int32Array(INITIAL_SLOTS * REMEMBERED);
  #oldest = new Uint8Array(INITIAL_SLOTS);
  /** By flow and direction: the sum of the gaps between packets, in which a long gap counts as just too long. */
  #clockUs = new Int32Array(INITIAL_SLOTS).fill(TOO_LONG_US);
  /** By flow and direction: the first identification, or IDS_DIFFER. */
  #ids = new Uint32Array(INITIAL_SLOTS);
  /** By flow: TCP packets with SYN or payload, and those of them that are equal to an earlier one. */
  #packets = new Uint32Array(INITIAL_FLOWS);
  #equal = new Uint32Array(INITIAL_FLOWS);

  /**
   * @param end first byte that was not captured
   * @param packet a packet decoded up to its payload
   * @param flow small integer: memory grows with the highest
   * @param gapUs since the packet before of the same flow and direction, as `PacketGaps` has it
   * @returns whether the packet is a copy of one before
   */
  isCopy(
    view: DataView,
    end: number,
    packet: PacketFields,
    flow: number,
    isUpstream: boolean,
    gapUs: number,
  ): boolean {
    const slot = flow * DIRECTIONS + (isUpstream ? 1 : 0);
    if (slot >= this.#ids.length) this.#grow(slot + 1);
    this.#clockUs[slot]! += gapUs < TOO_LONG_US ? gapUs : TOO_LONG_US;
    const idWord = packet.ipVersion === 4 ? view.getInt32(packet.networkOffset + IPV4_IDENTIFICATION) : 0;
    const id = idWord >>> 16;
    let hash = mix(idWord ^ Math.imul(packet.transportLength, HASH_MULTIPLIER));
    if (packet.isFragment) hash = mix(mix(hash ^ packet.fragmentId) ^ packet.fragmentOffsetBytes);
    if (packet.protocol === PROTOCOL_UDP) {
      return this.#isUdpCopy(view, end, packet, slot, id, hash);
    }
    if (packet.protocol !== PROTOCOL_TCP) return false;
    const { transportOffset, tcpFlags } = packet;
    hash = mix(mix(hash ^ packet.tcpSeq) ^ packet.tcpAck);
    const checksum =
      end - transportOffset >= TCP_CHECKSUM_END ? view.getUint16(transportOffset + TCP_CHECKSUM) : 0;
    hash = mix(hash ^ ((packet.tcpWindow << 16) | checksum)) ^ tcpFlags;
    if (id === 0) {
      // Acknowledgements that differ only in their options.
      const optionsEnd = Math.min(packet.payloadOffset, end) - WORD_BYTES;
      for (let offset = transportOffset + TCP_OPTIONS; offset <= optionsEnd; offset += WORD_BYTES)
        hash = mix(hash ^ view.getInt32(offset));
    }
    const isRepeated = this.#isRepeated(slot, hash);
    const isSyn = (tcpFlags & TCP_SYN) !== 0;
    if (isSyn || packet.payloadLength > 0) this.#countTcp(flow, isRepeated);
    const known = this.#ids[slot]!;
    if (id !== 0 && known !== IDS_DIFFER && known !== id) this.#ids[slot] = known === 0 ? id : IDS_DIFFER;
    if (!isRepeated) return false;
    if (id !== 0 && (isSyn || this.#ids[slot] === IDS_DIFFER)) return true;
    const equal = this.#equal[flow]!;
    return equal >= MIN_COPIED && equal >= COPIED_SHARE * this.#packets[flow]!;
  }

  #countTcp(flow: number, isRepeated: boolean): void {
    this.#packets[flow]!++;
    if (isRepeated) this.#equal[flow]!++;
    if (this.#packets[flow]! < COUNTED_PACKETS) return;
    this.#packets[flow]! >>= 1;
    this.#equal[flow]! >>= 1;
  }

  #isUdpCopy(
    view: DataView,
    end: number,
    { transportOffset, payloadOffset, payloadLength }: PacketFields,
    slot: number,
    id: number,
    start: number,
  ): boolean {
    const captured = Math.min(end - payloadOffset, payloadLength);
    let hash = start;
    let content = 0;
    // Length and checksum: a checksum that the network card adds later is of the addresses and the length alone.
    if (end - transportOffset >= UDP_HEADER_BYTES)
      hash = mix(hash ^ view.getInt32(transportOffset + WORD_BYTES));
    if (captured >= WORD_BYTES) {
      const last = (captured < COMPARED_BYTES ? captured : COMPARED_BYTES) - WORD_BYTES;
      const contentFrom = captured < COMPARED_BYTES ? 0 : LAST_WORDS;
      for (let place = 0; place < last; place += COMPARED_STEP) {
        const word = view.getInt32(payloadOffset + place);
        if (place >= contentFrom) content |= word;
        hash = Math.imul(hash ^ word, HASH_MULTIPLIER);
      }
      const word = view.getInt32(payloadOffset + last);
      content |= word;
      hash = Math.imul(hash ^ word, HASH_MULTIPLIER);
    } else {
      for (let byte = 0; byte < captured; byte++) {
        const value = view.getUint8(payloadOffset + byte);
        content |= value;
        hash = Math.imul(hash ^ value, HASH_MULTIPLIER);
      }
    }
    hash = mix(hash);
    if (!this.#isRepeated(slot, hash)) return false;
    if (captured <= 0) return id !== 0;
    return content !== 0 && (id !== 0 || captured >= COMPARED_BYTES || captured === payloadLength);
  }

  /** Whether one of the last packets had this hash, shortly before; if not, remembers it in place of the oldest. */
  #isRepeated(slot: number, hash: number): boolean {
    const hashes = this.#hashes;
    const start = slot * REMEMBERED;
    const nowUs = this.#clockUs[slot]!;
    for (let place = start; place < start + REMEMBERED; place++) {
      // The clock may have passed 2^31: the difference is right nevertheless.
      if (hashes[place] === hash && ((nowUs - this.#timesUs[place]!) | 0) <= MAX_COPY_DELAY_US) return true;
    }
    const oldest = this.#oldest[slot]!;
    hashes[start + oldest] = hash;
    this.#timesUs[start + oldest] = nowUs;
    this.#oldest[slot] = (oldest + 1) & (REMEMBERED - 1);
    return false;
  }

  #grow(slots: number): void {
    this.#hashes = grown(Int32Array, this.#hashes, slots * REMEMBERED);
    this.#timesUs = grown(Int32Array, this.#timesUs, slots * REMEMBERED);
    const known = this.#clockUs.length;
    this.#clockUs = grown(Int32Array, this.#clockUs, slots).fill(TOO_LONG_US, known);
    this.#oldest = grown(Uint8Array, this.#oldest, slots);
    this.#ids = grown(Uint32Array, this.#ids, slots);
    this.#packets = grown(Uint32Array, this.#packets, slots);
    this.#equal = grown(Uint32Array, this.#equal, slots);
  }
}

function mix(value: number): number {
  const product = Math.imul(value, HASH_MULTIPLIER);
  return product ^ (product >>> HASH_SHIFT);
}
