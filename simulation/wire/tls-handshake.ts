import { Buffer } from 'node:buffer';
import type { Random } from '../../common/random.js';
import { randomBytes } from './ciphertext.js';

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const HANDSHAKE_RECORD = 22;
const CHANGE_CIPHER_SPEC_RECORD = 20;
const TLS_1_0 = 0x0301;
const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;
const AES_128_GCM_SHA256 = 0x1301;
const CIPHER_SUITES = [AES_128_GCM_SHA256, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030];
const X25519 = 0x001d;
const GROUPS = [X25519, 0x0017, 0x0018];
const KEY_BYTES = 32;
const SIGNATURE_SCHEMES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];

/** IANA TLS ExtensionType values. */
const EXTENSION = {
  serverName: 0,
  supportedGroups: 10,
  signatureAlgorithms: 13,
  applicationLayerProtocols: 16,
  supportedVersions: 43,
  keyExchangeModes: 45,
  keyShare: 51,
  quicTransportParameters: 57,
} as const;

/** The variable parts of a ClientHello. */
interface ClientHelloOptions {
  readonly serverName: string;
  /** ALPN: `http/1.1`, `h3`. */
  readonly protocol: string;
  /** 32 bytes on TCP (RFC 8446, appendix D.4), none on QUIC (RFC 9001, section 8.4). */
  readonly sessionId: Uint8Array;
  /** Encoded QUIC transport parameters (RFC 9000, section 18); null on TCP. */
  readonly transportParameters: Uint8Array | null;
  readonly random: Random;
}

/** A TLS 1.3 ClientHello, as a handshake message (RFC 8446, section 4.1.2). */
export function clientHello(options: ClientHelloOptions): Uint8Array {
  const { random, transportParameters } = options;
  const keyShare = [...u16(X25519), ...vector16(randomBytes(random, KEY_BYTES))];
  const extensions = [
    ...extension(EXTENSION.serverName, vector16([0, ...vector16(Buffer.from(options.serverName))])),
    ...extension(EXTENSION.supportedGroups, vector16(GROUPS.flatMap(u16))),
    ...extension(EXTENSION.signatureAlgorithms, vector16(SIGNATURE_SCHEMES.flatMap(u16))),
    ...extension(EXTENSION.applicationLayerProtocols, vector16(vector8(Buffer.from(options.protocol)))),
    ...extension(EXTENSION.supportedVersions, vector8(u16(TLS_1_3))),
    ...extension(EXTENSION.keyExchangeModes, vector8([1])),
    ...extension(EXTENSION.keyShare, vector16(keyShare)),
    ...(transportParameters === null
      ? []
      : extension(EXTENSION.quicTransportParameters, transportParameters)),
  ];
  return message(CLIENT_HELLO, [
    ...u16(TLS_1_2),
    ...randomBytes(random, KEY_BYTES),
    ...vector8(options.sessionId),
    ...vector16(CIPHER_SUITES.flatMap(u16)),
    ...vector8([0]),
    ...vector16(extensions),
  ]);
}

/** A TLS 1.3 ServerHello, as a handshake message (RFC 8446, section 4.1.3). */
export function serverHello(sessionId: Uint8Array, random: Random): Uint8Array {
  const extensions = [
    ...extension(EXTENSION.supportedVersions, u16(TLS_1_3)),
    ...extension(EXTENSION.keyShare, [...u16(X25519), ...vector16(randomBytes(random, KEY_BYTES))]),
  ];
  return message(SERVER_HELLO, [
    ...u16(TLS_1_2),
    ...randomBytes(random, KEY_BYTES),
    ...vector8(sessionId),
    ...u16(AES_128_GCM_SHA256),
    0,
    ...vector16(extensions),
  ]);
}

/** A handshake message in a plaintext record (RFC 8446, section 5.1). */
export function handshakeRecord(handshake: Uint8Array): Uint8Array {
  const version = handshake[0] === CLIENT_HELLO ? TLS_1_0 : TLS_1_2;
  return Uint8Array.from([HANDSHAKE_RECORD, ...u16(version), ...vector16(handshake)]);
}

/** The record that both sides send once for compatibility with old middleboxes (RFC 8446, appendix D.4). */
export const changeCipherSpecRecord = (): Uint8Array =>
  Uint8Array.from([CHANGE_CIPHER_SPEC_RECORD, ...u16(TLS_1_2), ...vector16([1])]);

type Bytes = Uint8Array | readonly number[];

const u16 = (value: number): number[] => [value >>> 8, value & 0xff];
const vector8 = (bytes: Bytes): number[] => [bytes.length, ...bytes];
const vector16 = (bytes: Bytes): number[] => [...u16(bytes.length), ...bytes];
const extension = (type: number, bytes: Bytes): number[] => [...u16(type), ...vector16(bytes)];
const message = (type: number, body: readonly number[]): Uint8Array =>
  Uint8Array.from([type, 0, ...vector16(body)]);
