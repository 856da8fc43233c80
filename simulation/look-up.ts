import type { Random } from '../common/random.js';
import type { EventQueue } from './engine/event-queue.js';
import type { Hosts, Host } from './hosts.js';
import type { Capture, Packet } from './network/network-path.js';
import { dnsMessages } from './wire/dns-messages.js';
import { clientEndpoint, serverEndpoint } from './wire/endpoint.js';
import { networkHeaderBytes } from './wire/frame-buffer.js';
import { type Datagram, UDP_HEADER_BYTES, writeDatagram } from './wire/udp-header.js';

const DNS_PORT = 53;
const FIRST_DYNAMIC_PORT = 49_152;
const ANSWER_MIN_US = 4_000;
const ANSWER_SPREAD_US = 25_000;
const AFTER_ANSWER_US = 500;

/** Parts of the simulation that a look-up uses. */
interface LookUpContext {
  readonly clock: EventQueue;
  readonly capture: Capture;
  readonly hosts: Hosts;
  readonly ipVersion: 4 | 6;
  readonly random: Random;
}

/**
 * Asks the resolver for both kinds of addresses of a name, as browsers do, and calls `done` after both responses.
 * Look-ups pass the vantage point without the path's losses.
 */
export function lookUp({ name, aliases, address }: Host, context: LookUpContext, done: () => void): void {
  const { clock, capture, hosts, random } = context;
  let awaited = 2;
  for (const type of ['A', 'AAAA'] as const) {
    const isOwn = type === (context.ipVersion === 4 ? 'A' : 'AAAA');
    const id = random.integer(2 ** 16);
    const { query, response } = dnsMessages({ id, type, name, aliases, address: isOwn ? address : null });
    const client = clientEndpoint(hosts.clientAddress, FIRST_DYNAMIC_PORT + random.integer(2 ** 14));
    const resolver = serverEndpoint(hosts.resolverAddress, DNS_PORT);
    const identification = random.integer(2 ** 16);
    const packet = (from: typeof client, to: typeof client, message: Uint8Array): Packet =>
      dnsPacket({ from, to, identification, payloadLength: message.length }, message);
    capture(clock.nowUs, packet(client, resolver, query));
    clock.after(ANSWER_MIN_US + random.integer(ANSWER_SPREAD_US), () => {
      capture(clock.nowUs, packet(resolver, client, response));
      if (--awaited === 0) clock.after(AFTER_ANSWER_US, done);
    });
  }
}

function dnsPacket(datagram: Datagram, message: Uint8Array): Packet {
  const wireLength = networkHeaderBytes(datagram.from) + UDP_HEADER_BYTES + message.length;
  return {
    wireLength,
    keptBytes: wireLength,
    write(frame) {
      writeDatagram(frame, datagram, (payload) => {
        payload.set(message);
      });
    },
  };
}
