import { Buffer } from 'node:buffer';
import { fillCiphertext } from './ciphertext.js';
import { protectInitial, type QuicInitialKeys } from './quic-initial-keys.js';

const VERSION_1 = [0, 0, 0, 1];
/** First bytes: long header, fixed bit, type, packet number of two bytes (RFC 9000, sections 17.2.2 and 17.2.4). */
const INITIAL_FIRST_BYTE = 0xc1;
const HANDSHAKE_FIRST_BYTE = 0xe1;
const SHORT_FIRST_BYTE = 0x40;
/** Bits of the first byte that header protection hides: for a long header and for a short one. */
const LONG_HIDDEN_BITS = 0x0f;
const SHORT_HIDDEN_BITS = 0x1f;
const PACKET_NUMBER_BYTES = 2;
const TAG_BYTES = 16;
const LENGTH_BYTES = 2;
const FRAME_ACK = 0x02;
const FRAME_CRYPTO = 0x06;

/** Connection ids of a packet. */
interface QuicIds {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
}

/**
 * An Initial packet of `packetBytes` bytes in total (RFC 9000, section 17.2.2), padded inside and really encrypted.
 *
 * @param frames encoded frames
 */
export function initialPacket(
  keys: QuicInitialKeys,
  ids: QuicIds,
  packetNumber: number,
  frames: readonly number[],
  packetBytes: number,
): Uint8Array {
  const prefix = [INITIAL_FIRST_BYTE, ...VERSION_1, ...connectionIds(ids), 0];
  const rest = packetBytes - prefix.length - LENGTH_BYTES;
  const header = Uint8Array.from([...prefix, ...length16(rest), ...number16(packetNumber)]);
  const payload = new Uint8Array(rest - PACKET_NUMBER_BYTES - TAG_BYTES);
  payload.set(frames);
  return protectInitial(keys, header, payload);
}

/**
 * Writes a Handshake packet that fills the target (RFC 9000, section 17.2.4); its protected part is random
 * ciphertext.
 */
export function writeHandshakePacket(target: Uint8Array, ids: QuicIds, position: number): void {
  const prefix = [0, ...VERSION_1, ...connectionIds(ids)];
  const headerBytes = prefix.length + LENGTH_BYTES;
  fillCiphertext(target, position);
  prefix[0] = HANDSHAKE_FIRST_BYTE ^ (target[0]! & LONG_HIDDEN_BITS);
  target.set([...prefix, ...length16(target.length - headerBytes)]);
}

/** Writes a packet with a short header that fills the target (RFC 9000, section 17.3.1). */
export function writeShortPacket(target: Uint8Array, destinationId: Uint8Array, position: number): void {
  fillCiphertext(target, position);
  target[0] = SHORT_FIRST_BYTE | (target[0]! & SHORT_HIDDEN_BITS);
  target.set(destinationId, 1);
}

/** A CRYPTO frame at offset 0 (RFC 9000, section 19.6), of at most 16,383 bytes. */
export const cryptoFrame = (data: Uint8Array): number[] => [
  FRAME_CRYPTO,
  0,
  ...length16(data.length),
  ...data,
];

/** An ACK frame of one packet (RFC 9000, section 19.3). */
export const ackFrame = (packetNumber: number): number[] => [FRAME_ACK, ...length16(packetNumber), 0, 0, 0];

/** Transport parameters (RFC 9000, section 18.2) of a client with the source connection id. */
export function clientTransportParameters(sourceId: Uint8Array): Uint8Array {
  const varint32 = (value: number): number[] => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE((0x8000_0000 | value) >>> 0);
    return [...bytes];
  };
  const parameter = (id: number, value: readonly number[]): number[] => [id, value.length, ...value];
  return Uint8Array.from([
    ...parameter(0x01, varint32(30_000)),
    ...parameter(0x03, length16(1472)),
    ...parameter(0x04, varint32(15_728_640)),
    ...parameter(0x05, varint32(6_291_456)),
    ...parameter(0x06, varint32(6_291_456)),
    ...parameter(0x07, varint32(6_291_456)),
    ...parameter(0x08, length16(100)),
    ...parameter(0x09, length16(103)),
    ...parameter(0x0f, [...sourceId]),
  ]);
}

const connectionIds = ({ destination, source }: QuicIds): number[] => [
  destination.length,
  ...destination,
  source.length,
  ...source,
];
const number16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];
/** A variable-length integer in two bytes (RFC 9000, section 16). */
const length16 = (value: number): number[] => [0x40 | (value >>> 8), value & 0xff];
