import { Buffer } from 'node:buffer';
import dnsPacket = require('dns-packet');
import type { DnsAnswer, DnsMessage } from '../../schemas/capture.js';
import type { Fault } from '../layers/faults.js';
import { canonicalAddress } from '../layers/ip-address.js';

export const DNS_PORT = 53;

const HEADER_BYTES = 12;
const FLAGS = 2;
const RESPONSE_FLAG = 0x80;
const QUESTION_COUNT = 4;
const ANSWER_COUNT = 6;
const AUTHORITY_COUNT = 8;
const ADDITIONAL_COUNT = 10;
/** Root name, type, class, lifetime, length: the shortest record. */
const MIN_RECORD_BYTES = 11;
const RESPONSE_CODE_MASK = 0x0f;
/** Root name, type, class. */
const MIN_QUESTION_BYTES = 5;
/**
 * Longer messages are read up to this length. Name pointers may point to other pointers, so the time for a message
 * grows with the square of its length. Resolvers and servers send at most 4,096 bytes (RFC 6891, section 6.2.5).
 */
const MAX_MESSAGE_BYTES = 4096;

/** RFC 1035 section 4.1.1, RFC 2136 section 2.2; other codes are written as a number. */
const RESPONSE_CODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

const CUT: Fault = { layer: 'dns', kind: 'truncated' };
const MALFORMED: Fault = { layer: 'dns', kind: 'malformed' };

/** Packet, time and addresses of a message. */
interface DnsPacketContext {
  readonly packetIndex: number;
  readonly timestampUs: number;
  readonly sourceAddress: string;
  readonly destinationAddress: string;
}

/** DNS rows in the order of their packets. */
interface DnsRows {
  readonly messages: readonly DnsMessage[];
  readonly answers: readonly DnsAnswer[];
}

/** Collects the DNS messages (RFC 1035) of a capture. */
export class DnsReader {
  #messages: DnsMessage[] = [];
  #answers: DnsAnswer[] = [];

  /** Rows since the last `take`, of both kinds. */
  get rows(): number {
    return this.#messages.length + this.#answers.length;
  }

  /** Returns the rows so far and starts with empty lists. */
  take(): DnsRows {
    const rows = { messages: this.#messages, answers: this.#answers };
    this.#messages = [];
    this.#answers = [];
    return rows;
  }

  /**
   * Reads one message and keeps all readable parts: of a message that was cut or does not parse, the question and
   * the complete answers before the damage.
   *
   * @param bytes the captured part of the message
   * @param messageLength length of the message on the wire, in bytes
   * @returns null, or the fault that left part of the message unread
   */
  read(bytes: Uint8Array, messageLength: number, context: DnsPacketContext): Fault | null {
    const message = Buffer.from(bytes.subarray(0, MAX_MESSAGE_BYTES));
    let decoded = decodeWhole(message);
    let fault: Fault | null = null;
    if (!decoded) {
      fault = message.length < messageLength ? CUT : MALFORMED;
      decoded = decodeLeading(message);
      if (!decoded) return fault;
    }
    this.#keep(decoded, (message.readUInt8(FLAGS) & RESPONSE_FLAG) !== 0, context);
    return fault;
  }

  #keep(decoded: dnsPacket.DecodedPacket, isResponse: boolean, context: DnsPacketContext): void {
    const { packetIndex, timestampUs, sourceAddress, destinationAddress } = context;
    const clientAddress = isResponse ? destinationAddress : sourceAddress;
    const resolverAddress = isResponse ? sourceAddress : destinationAddress;
    const transactionId = decoded.id ?? 0;
    const question = decoded.questions?.[0];
    const queryName = lowerCase(question?.name ?? '');
    const code = (decoded.flags ?? 0) & RESPONSE_CODE_MASK;
    this.#messages.push({
      packetIndex,
      timestampUs,
      clientAddress,
      resolverAddress,
      transactionId,
      isResponse,
      queryName,
      queryType: question?.type ?? '',
      responseCode: RESPONSE_CODES[code] ?? code.toString(),
    });
    if (!isResponse) return;
    for (const answer of decoded.answers ?? []) {
      if (answer.type !== 'A' && answer.type !== 'AAAA' && answer.type !== 'CNAME') continue;
      const data = answer.type === 'CNAME' ? lowerCase(answer.data) : canonicalAddress(answer.data);
      if (data === null) continue;
      this.#answers.push({
        packetIndex,
        timestampUs,
        clientAddress,
        transactionId,
        queryName,
        name: lowerCase(answer.name),
        type: answer.type,
        data,
        ttlSeconds: answer.ttl ?? 0,
      });
    }
  }
}

/** Null if dns-packet throws or reads beyond the end (it does not check the length of addresses). */
function decodeWhole(message: Buffer): dnsPacket.DecodedPacket | null {
  if (!countsFit(message)) return null;
  try {
    const decoded = dnsPacket.decode(message);
    return dnsPacket.decode.bytes <= message.length ? decoded : null;
  } catch {
    return null;
  }
}

/**
 * Whether the message is long enough for the record counts in its header: dns-packet allocates space for each
 * record.
 */
function countsFit(message: Buffer): boolean {
  if (message.length < HEADER_BYTES) return false;
  const records =
    message.readUInt16BE(ANSWER_COUNT) +
    message.readUInt16BE(AUTHORITY_COUNT) +
    message.readUInt16BE(ADDITIONAL_COUNT);
  const bytes = message.readUInt16BE(QUESTION_COUNT) * MIN_QUESTION_BYTES + records * MIN_RECORD_BYTES;
  return bytes <= message.length - HEADER_BYTES;
}

/**
 * The question and as many leading answers as can be read: the answer count in the header is lowered until the
 * message parses. If n answers parse, fewer do too, so the number is found by bisection.
 */
function decodeLeading(message: Buffer): dnsPacket.DecodedPacket | null {
  if (message.length < HEADER_BYTES) return null;
  const shorter = Buffer.from(message);
  shorter.writeUInt16BE(0, AUTHORITY_COUNT);
  shorter.writeUInt16BE(0, ADDITIONAL_COUNT);
  const decodeAnswers = (count: number) => {
    shorter.writeUInt16BE(count, ANSWER_COUNT);
    return decodeWhole(shorter);
  };
  let readable = decodeAnswers(0);
  if (!readable) return null;
  let low = 0;
  let high = Math.min(message.readUInt16BE(ANSWER_COUNT), Math.floor(message.length / MIN_RECORD_BYTES));
  while (low < high) {
    const count = Math.ceil((low + high) / 2);
    const decoded = decodeAnswers(count);
    if (decoded) {
      readable = decoded;
      low = count;
    } else {
      high = count - 1;
    }
  }
  return readable;
}

function lowerCase(name: string): string {
  return name.toLowerCase();
}
