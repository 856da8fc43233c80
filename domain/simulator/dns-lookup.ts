import { type Answer, encode } from 'dns-packet';
import type { Random } from '../models/random.js';
import { encodeFrame, PROTOCOL_UDP } from './encode-frame.js';
import type { Endpoint } from './endpoint.js';
import { SNAP_LENGTH, type SimulatedPacket } from './simulated-packet.js';
import { udpHeader } from './udp-header.js';

const ANSWER_MIN_US = 4_000;
const ANSWER_SPREAD_US = 25_000;
const TTL_SECONDS = 60;

/** A name, the name that it stands for (if any), and the address it leads to. */
export interface DnsLookup {
  readonly name: string;
  readonly alias?: string;
  readonly address: string;
}

/** The query and the response of one look-up (RFC 1035), in time order. */
export function dnsLookup(
  lookup: DnsLookup,
  timeUs: number,
  client: Endpoint,
  resolver: Endpoint,
  random: Random,
): SimulatedPacket[] {
  const id = random.integer(2 ** 16);
  const questions = [{ type: 'A' as const, name: lookup.name }];
  const answers: Answer[] = [
    { type: 'A', name: lookup.alias ?? lookup.name, ttl: TTL_SECONDS, data: lookup.address },
  ];
  if (lookup.alias !== undefined) {
    answers.unshift({ type: 'CNAME', name: lookup.name, ttl: TTL_SECONDS, data: lookup.alias });
  }
  const packet = (
    timestampUs: number,
    from: Endpoint,
    to: Endpoint,
    message: Uint8Array,
  ): SimulatedPacket => ({
    timestampUs,
    ...encodeFrame({
      from,
      to,
      protocol: PROTOCOL_UDP,
      identification: random.integer(2 ** 16),
      transportHeader: udpHeader(from.port, to.port, message.length),
      payloadHead: message,
      payloadLength: message.length,
      snapLength: SNAP_LENGTH,
    }),
  });
  const answerUs = timeUs + ANSWER_MIN_US + random.integer(ANSWER_SPREAD_US);
  const recursion = { desired: 0x0100, available: 0x0080 };
  return [
    packet(timeUs, client, resolver, encode({ type: 'query', id, flags: recursion.desired, questions })),
    packet(
      answerUs,
      resolver,
      client,
      encode({ type: 'response', id, flags: recursion.desired | recursion.available, questions, answers }),
    ),
  ];
}
