import { addressText } from '../layers/ip-address.js';
import type { PacketFields } from '../layers/packet-fields.js';
import { grown, INITIAL_FLOWS } from './flow-slots.js';

/**
 * 32-bit words of a flow's key: two addresses of four words each, one word for both ports, one for protocol and IP
 * version.
 */
const KEY_WORDS = 10;
const HIGH_ADDRESS = 4;
const PORTS = 8;
const PROTOCOL = 9;
const ADDRESS_WORDS = 4;
const WORD_BYTES = 4;

/** Minimum slots per flow: the table stays at most half full. */
const SLOTS_PER_FLOW = 2;
const EMPTY = -1;

const HASH_MULTIPLIER = 0x9e3779b1;
const HASH_SHIFT = 15;

/** A flow's five-tuple. The lower end has the smaller address, or the smaller port if the addresses are equal. */
interface FlowEnds {
  readonly ipVersion: 4 | 6;
  readonly protocol: number;
  readonly lowAddress: string;
  readonly lowPort: number;
  readonly highAddress: string;
  readonly highPort: number;
}

/**
 * Numbers five-tuples 0, 1, 2, … in order of first appearance. Both directions of a flow have one number.
 *
 * A hash table with linear probing over typed arrays: a packet allocates no object and no string. A key contains
 * the flow's ends in sorted order, so that both directions have the same key.
 */
export class FlowIndex {
  #keys = new Uint32Array(INITIAL_FLOWS * KEY_WORDS);
  #slots = new Int32Array(INITIAL_FLOWS * SLOTS_PER_FLOW).fill(EMPTY);
  #count = 0;
  readonly #wanted = new Uint32Array(KEY_WORDS);
  #last = EMPTY;
  readonly #scratch = new DataView(new ArrayBuffer(ADDRESS_WORDS * WORD_BYTES));
  /** After `find`: true if the packet comes from the flow's lower end. */
  isFromLow = true;
  /** After `find`: true if this was the flow's first packet. */
  isNew = false;

  get size(): number {
    return this.#count;
  }

  /** The flow number of a packet whose addresses, protocol and ports are filled in. */
  find(view: DataView, packet: PacketFields): number {
    this.isNew = false;
    if (packet.ipVersion === 4) this.#readIpv4Key(view, packet);
    else this.#readIpv6Key(view, packet);
    const last = this.#last;
    if (last !== EMPTY && this.#matches(last)) return last;

    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashKey(this.#wanted, 0) & mask;
    for (;;) {
      const flow = slots[slot]!;
      if (flow === EMPTY) return this.#add(slot);
      if (this.#matches(flow)) {
        this.#last = flow;
        return flow;
      }
      slot = (slot + 1) & mask;
    }
  }

  ends(flow: number): FlowEnds {
    const base = flow * KEY_WORDS;
    const protocol = this.#keys[base + PROTOCOL]!;
    const ports = this.#keys[base + PORTS]!;
    const ipVersion = (protocol & 0xf) === 4 ? 4 : 6;
    return {
      ipVersion,
      protocol: protocol >>> 4,
      lowAddress: this.#addressText(base, ipVersion),
      lowPort: ports >>> 16,
      highAddress: this.#addressText(base + HIGH_ADDRESS, ipVersion),
      highPort: ports & 0xffff,
    };
  }

  #addressText(word: number, ipVersion: 4 | 6): string {
    for (let i = 0; i < ADDRESS_WORDS; i++) this.#scratch.setUint32(i * WORD_BYTES, this.#keys[word + i]!);
    return addressText(this.#scratch, 0, ipVersion);
  }

  #add(slot: number): number {
    const flow = this.#count++;
    this.#slots[slot] = flow;
    if (this.#count * KEY_WORDS > this.#keys.length)
      this.#keys = grown(Uint32Array, this.#keys, this.#count * KEY_WORDS);
    this.#keys.set(this.#wanted, flow * KEY_WORDS);
    if (this.#count * SLOTS_PER_FLOW > this.#slots.length) this.#rehash();
    this.#last = flow;
    this.isNew = true;
    return flow;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    const mask = slots.length - 1;
    for (let flow = 0; flow < this.#count; flow++) {
      let slot = hashKey(this.#keys, flow * KEY_WORDS) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = flow;
    }
    this.#slots = slots;
  }

  #readIpv4Key(view: DataView, packet: PacketFields): void {
    const key = this.#wanted;
    if ((key[PROTOCOL]! & 0xf) !== 4) key.fill(0);
    const source = view.getUint32(packet.sourceAddressOffset);
    const destination = view.getUint32(packet.destinationAddressOffset);
    this.#writeEnds(packet, source === destination ? 0 : source < destination ? -1 : 1);
    key[0] = this.isFromLow ? source : destination;
    key[HIGH_ADDRESS] = this.isFromLow ? destination : source;
  }

  #readIpv6Key(view: DataView, packet: PacketFields): void {
    const key = this.#wanted;
    const { sourceAddressOffset: source, destinationAddressOffset: destination } = packet;
    let order = 0;
    for (let offset = 0; order === 0 && offset < ADDRESS_WORDS * WORD_BYTES; offset += WORD_BYTES) {
      order = view.getUint32(source + offset) - view.getUint32(destination + offset);
    }
    this.#writeEnds(packet, order);
    const low = this.isFromLow ? source : destination;
    const high = this.isFromLow ? destination : source;
    for (let word = 0; word < ADDRESS_WORDS; word++) {
      key[word] = view.getUint32(low + word * WORD_BYTES);
      key[HIGH_ADDRESS + word] = view.getUint32(high + word * WORD_BYTES);
    }
  }

  /** Writes ports and protocol and sets `isFromLow`. @param order below 0 if the source address is the lower one */
  #writeEnds({ sourcePort, destinationPort, protocol, ipVersion }: PacketFields, order: number): void {
    const isFromLow = order === 0 ? sourcePort <= destinationPort : order < 0;
    this.isFromLow = isFromLow;
    const key = this.#wanted;
    key[PORTS] = isFromLow ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
    key[PROTOCOL] = (protocol << 4) | ipVersion;
  }

  #matches(flow: number): boolean {
    const keys = this.#keys;
    const wanted = this.#wanted;
    const base = flow * KEY_WORDS;
    if (
      keys[base] !== wanted[0] ||
      keys[base + HIGH_ADDRESS] !== wanted[HIGH_ADDRESS] ||
      keys[base + PORTS] !== wanted[PORTS] ||
      keys[base + PROTOCOL] !== wanted[PROTOCOL]
    ) {
      return false;
    }
    if ((wanted[PROTOCOL]! & 0xf) === 4) return true;
    for (let word = 1; word < ADDRESS_WORDS; word++) {
      if (keys[base + word] !== wanted[word]) return false;
      if (keys[base + HIGH_ADDRESS + word] !== wanted[HIGH_ADDRESS + word]) return false;
    }
    return true;
  }
}

function hashKey(keys: Uint32Array, base: number): number {
  let hash = mix(mix(keys[base]! ^ keys[base + PROTOCOL]!) ^ keys[base + HIGH_ADDRESS]!);
  if ((keys[base + PROTOCOL]! & 0xf) !== 4) {
    for (let word = 1; word < ADDRESS_WORDS; word++) {
      hash = mix(mix(hash ^ keys[base + word]!) ^ keys[base + HIGH_ADDRESS + word]!);
    }
  }
  return mix(hash ^ keys[base + PORTS]!) >>> 0;
}

function mix(value: number): number {
  const product = Math.imul(value, HASH_MULTIPLIER);
  return product ^ (product >>> HASH_SHIFT);
}
