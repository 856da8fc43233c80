import type { Endpoint } from './endpoint.js';

const CAPACITY_BYTES = 2048;
const ETHERNET_BYTES = 14;
const ETHERNET_TYPE = 12;
const ETHERNET_TYPE_IPV4 = 0x0800;
const ETHERNET_TYPE_IPV6 = 0x86dd;

const IPV4_BYTES = 20;
const IPV4_VERSION_AND_LENGTH = 0x45;
const IPV4_TOTAL_LENGTH = 2;
const IPV4_IDENTIFICATION = 4;
const IPV4_FLAGS = 6;
const IPV4_DO_NOT_FRAGMENT = 0x4000;
const IPV4_TIME_TO_LIVE = 8;
const IPV4_PROTOCOL = 9;
const IPV4_CHECKSUM = 10;
const IPV4_ADDRESSES = 12;

const IPV6_BYTES = 40;
const IPV6_VERSION = 0x60;
const IPV6_PAYLOAD_LENGTH = 4;
const IPV6_NEXT_HEADER = 6;
const IPV6_HOP_LIMIT = 7;
const IPV6_ADDRESSES = 8;

/** IANA protocol numbers. */
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;
type Protocol = typeof PROTOCOL_TCP | typeof PROTOCOL_UDP;

/** Bytes of the Ethernet and IP headers before the transport header. */
export const networkHeaderBytes = ({ address }: Endpoint): number =>
  ETHERNET_BYTES + (address.length === 4 ? IPV4_BYTES : IPV6_BYTES);

/**
 * A reused buffer for one frame: Ethernet without padding or check sequence, IPv4 (RFC 791) or IPv6 (RFC 8200)
 * without options, and a transport header and payload written by the caller.
 */
export class FrameBuffer {
  readonly bytes = new Uint8Array(CAPACITY_BYTES);
  readonly view = new DataView(this.bytes.buffer);
  readonly #words = new Uint16Array(this.bytes.buffer);
  #transportOffset = 0;
  #protocol: Protocol = PROTOCOL_TCP;
  length = 0;

  /**
   * Writes the headers up to the transport layer; the bytes after them keep the content of the previous frame.
   *
   * @param identification IPv4 identification, 16 bits
   * @returns offset of the transport header
   */
  begin(
    from: Endpoint,
    to: Endpoint,
    protocol: Protocol,
    identification: number,
    transportBytes: number,
  ): number {
    const { bytes, view } = this;
    bytes.set(to.mac, 0);
    bytes.set(from.mac, to.mac.length);
    const isIpv4 = from.address.length === 4;
    view.setUint16(ETHERNET_TYPE, isIpv4 ? ETHERNET_TYPE_IPV4 : ETHERNET_TYPE_IPV6);
    if (isIpv4) this.#writeIpv4(from, to, protocol, identification, transportBytes);
    else this.#writeIpv6(from, to, protocol, transportBytes);
    this.#protocol = protocol;
    this.#transportOffset = networkHeaderBytes(from);
    this.length = this.#transportOffset + transportBytes;
    return this.#transportOffset;
  }

  /** Computes the transport checksum (RFC 9293, 768, 8200 section 8.1) and writes it at `checksumOffset`. */
  finish(from: Endpoint, to: Endpoint, checksumOffset: number): void {
    this.view.setUint16(checksumOffset, 0);
    this.bytes[this.length] = 0;
    const transportBytes = this.length - this.#transportOffset;
    let pseudoHeader = this.#protocol + transportBytes;
    for (const { address } of [from, to]) {
      for (let at = 0; at < address.length; at += 2) pseudoHeader += (address[at]! << 8) | address[at + 1]!;
    }
    const checksum = this.#checksum(this.#transportOffset, this.length, swapped(folded(pseudoHeader)));
    this.#words[checksumOffset / 2] = checksum === 0 && this.#protocol === PROTOCOL_UDP ? 0xffff : checksum;
  }

  #writeIpv4(from: Endpoint, to: Endpoint, protocol: Protocol, id: number, transportBytes: number): void {
    const { bytes, view } = this;
    const ip = ETHERNET_BYTES;
    view.setUint16(ip, IPV4_VERSION_AND_LENGTH << 8);
    view.setUint16(ip + IPV4_TOTAL_LENGTH, IPV4_BYTES + transportBytes);
    view.setUint16(ip + IPV4_IDENTIFICATION, id);
    view.setUint16(ip + IPV4_FLAGS, IPV4_DO_NOT_FRAGMENT);
    view.setUint8(ip + IPV4_TIME_TO_LIVE, from.timeToLive);
    view.setUint8(ip + IPV4_PROTOCOL, protocol);
    view.setUint16(ip + IPV4_CHECKSUM, 0);
    bytes.set(from.address, ip + IPV4_ADDRESSES);
    bytes.set(to.address, ip + IPV4_ADDRESSES + from.address.length);
    this.#words[(ip + IPV4_CHECKSUM) / 2] = this.#checksum(ip, ip + IPV4_BYTES, 0);
  }

  #writeIpv6(from: Endpoint, to: Endpoint, protocol: Protocol, transportBytes: number): void {
    const { bytes, view } = this;
    const ip = ETHERNET_BYTES;
    view.setUint32(ip, IPV6_VERSION << 24);
    view.setUint16(ip + IPV6_PAYLOAD_LENGTH, transportBytes);
    view.setUint8(ip + IPV6_NEXT_HEADER, protocol);
    view.setUint8(ip + IPV6_HOP_LIMIT, from.timeToLive);
    bytes.set(from.address, ip + IPV6_ADDRESSES);
    bytes.set(to.address, ip + IPV6_ADDRESSES + from.address.length);
  }

  /**
   * Checksum of RFC 1071 in the machine's byte order, from an even offset; an odd last byte must be followed by a
   * zero.
   */
  #checksum(start: number, end: number, begin: number): number {
    const words = this.#words;
    let sum = begin;
    for (let word = start / 2; 2 * word < end; word++) sum += words[word]!;
    return ~folded(sum) & 0xffff;
  }
}

function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + (rest >>> 16);
  return rest;
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A big-endian word as this machine reads it from memory. */
const swapped = (word: number): number => (IS_LITTLE_ENDIAN ? ((word & 0xff) << 8) | (word >>> 8) : word);
