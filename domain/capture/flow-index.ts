import type { PacketFields } from './packet-fields.js';

/** 32-bit words of a flow's key: two addresses of four words, both ports, protocol with IP version. */
const KEY_WORDS = 10;
const SECOND_ADDRESS = 4;
const PORTS = 8;
const PROTOCOL = 9;
const ADDRESS_WORDS = 4;
const WORD_BYTES = 4;

const INITIAL_FLOWS = 1024;
/** Slots per flow at least: the table stays at most half full. */
const SLOTS_PER_FLOW = 2;
const EMPTY = -1;

const HASH_MULTIPLIER = 0x9e3779b1;
const HASH_SHIFT = 15;

/**
 * Numbers five-tuples 0, 1, 2, … in order of first appearance; both directions of a flow have one number.
 *
 * A hash table with linear probing over typed arrays: a packet costs no object and no string.
 */
export class FlowIndex {
  #keys = new Uint32Array(INITIAL_FLOWS * KEY_WORDS);
  #slots = new Int32Array(INITIAL_FLOWS * SLOTS_PER_FLOW).fill(EMPTY);
  #count = 0;
  readonly #wanted = new Uint32Array(KEY_WORDS);
  #last = EMPTY;
  /** After `find`: true if the packet goes the way of its flow's first packet. */
  isForward = true;
  /** After `find`: true if the flow was not known before. */
  isNew = false;

  get size(): number {
    return this.#count;
  }

  /** The flow of a packet whose addresses, protocol and ports are filled. */
  find(view: DataView, packet: PacketFields): number {
    this.#readKey(view, packet);
    this.isNew = false;
    if (this.#last !== EMPTY && this.#matches(this.#last)) return this.#last;

    const mask = this.#slots.length - 1;
    let slot = symmetricHash(this.#wanted, 0) & mask;
    for (;;) {
      const flow = this.#slots[slot]!;
      if (flow === EMPTY) break;
      if (this.#matches(flow)) {
        this.#last = flow;
        return flow;
      }
      slot = (slot + 1) & mask;
    }
    return this.#add(slot);
  }

  #add(slot: number): number {
    const flow = this.#count++;
    this.#slots[slot] = flow;
    if (this.#count * KEY_WORDS > this.#keys.length) {
      const grown = new Uint32Array(this.#keys.length * 2);
      grown.set(this.#keys);
      this.#keys = grown;
    }
    this.#keys.set(this.#wanted, flow * KEY_WORDS);
    if (this.#count * SLOTS_PER_FLOW > this.#slots.length) this.#rehash();
    this.#last = flow;
    this.isForward = true;
    this.isNew = true;
    return flow;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    const mask = slots.length - 1;
    for (let flow = 0; flow < this.#count; flow++) {
      let slot = symmetricHash(this.#keys, flow * KEY_WORDS) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = flow;
    }
    this.#slots = slots;
  }

  #readKey(view: DataView, packet: PacketFields): void {
    const key = this.#wanted;
    const { sourceAddressOffset: source, destinationAddressOffset: destination } = packet;
    key[0] = view.getUint32(source);
    key[SECOND_ADDRESS] = view.getUint32(destination);
    const isIpv4 = packet.ipVersion === 4;
    for (let word = 1; word < ADDRESS_WORDS; word++) {
      key[word] = isIpv4 ? 0 : view.getUint32(source + word * WORD_BYTES);
      key[SECOND_ADDRESS + word] = isIpv4 ? 0 : view.getUint32(destination + word * WORD_BYTES);
    }
    key[PORTS] = (packet.sourcePort << 16) | packet.destinationPort;
    key[PROTOCOL] = (packet.protocol << 4) | packet.ipVersion;
  }

  /** Compares a flow's key with the wanted one, either way round, and sets `isForward`. */
  #matches(flow: number): boolean {
    const keys = this.#keys;
    const wanted = this.#wanted;
    const base = flow * KEY_WORDS;
    if (keys[base + PROTOCOL] !== wanted[PROTOCOL]) return false;
    const ports = wanted[PORTS]!;
    if (keys[base + PORTS] === ports && this.#sameAddresses(base, 0, SECOND_ADDRESS)) {
      this.isForward = true;
      return true;
    }
    const swappedPorts = ((ports << 16) | (ports >>> 16)) >>> 0;
    if (keys[base + PORTS] === swappedPorts && this.#sameAddresses(base, SECOND_ADDRESS, 0)) {
      this.isForward = false;
      return true;
    }
    return false;
  }

  /** Whether the flow's first and second address stand at the given places of the wanted key. */
  #sameAddresses(base: number, first: number, second: number): boolean {
    const keys = this.#keys;
    const wanted = this.#wanted;
    for (let word = 0; word < ADDRESS_WORDS; word++) {
      if (keys[base + word] !== wanted[first + word]) return false;
      if (keys[base + SECOND_ADDRESS + word] !== wanted[second + word]) return false;
    }
    return true;
  }
}

/** Equal for both directions of a flow. */
function symmetricHash(keys: Uint32Array, base: number): number {
  const ports = keys[base + PORTS]!;
  const first = hashEnd(keys, base, ports >>> 16);
  const second = hashEnd(keys, base + SECOND_ADDRESS, ports & 0xffff);
  const mixed = Math.imul((first + second) ^ keys[base + PROTOCOL]!, HASH_MULTIPLIER);
  return (mixed ^ (mixed >>> HASH_SHIFT)) >>> 0;
}

function hashEnd(keys: Uint32Array, address: number, port: number): number {
  let hash = port;
  for (let word = 0; word < ADDRESS_WORDS; word++) {
    hash = Math.imul(hash ^ keys[address + word]!, HASH_MULTIPLIER);
    hash ^= hash >>> HASH_SHIFT;
  }
  return hash;
}
