import type { CaptureSummary } from '../../schemas/capture.js';
import { CryptoPan } from './crypto-pan.js';

/** Names under these hold an address: reverse look-ups (RFC 1035 section 3.5, RFC 3596 section 2.5). */
const REVERSE_ZONES = /(?:^|\.)(in-addr|ip6)\.arpa$/;

/**
 * Replaces the addresses of clients by their Crypto-PAn images: wherever one stands as the client of a flow or a DNS
 * message, on the server side of another flow, in an answer, or in place of a server's name. Resolvers are replaced too, because a home's resolver
 * shares its prefix; names of reverse look-ups lose the address. Servers stay, or no service could be told.
 */
export function anonymiseCapture(summary: CaptureSummary, key: Uint8Array): CaptureSummary {
  const cryptoPan = new CryptoPan(key);
  const hidden = new Set([
    ...summary.flows.map((flow) => flow.clientAddress),
    ...summary.dnsMessages.flatMap((message) => [message.clientAddress, message.resolverAddress]),
  ]);
  const hide = (address: string): string => (hidden.has(address) ? cryptoPan.map(address) : address);
  return {
    ...summary,
    flows: summary.flows.map((flow) => ({
      ...flow,
      clientAddress: hide(flow.clientAddress),
      serverAddress: hide(flow.serverAddress),
    })),
    dnsMessages: summary.dnsMessages.map((message) => ({
      ...message,
      clientAddress: hide(message.clientAddress),
      resolverAddress: hide(message.resolverAddress),
      queryName: withoutAddress(message.queryName),
    })),
    dnsAnswers: summary.dnsAnswers.map((answer) => ({
      ...answer,
      clientAddress: hide(answer.clientAddress),
      queryName: withoutAddress(answer.queryName),
      name: withoutAddress(answer.name),
      data: answer.type === 'CNAME' ? withoutAddress(answer.data) : hide(answer.data),
    })),
    serverNames: summary.serverNames.map((row) => ({ ...row, name: withoutAddress(hide(row.name)) })),
  };
}

function withoutAddress(name: string): string {
  const zone = REVERSE_ZONES.exec(name)?.[1];
  return zone === undefined ? name : `${zone}.arpa`;
}
