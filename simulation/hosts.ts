import type { Random } from '../common/random.js';

/** A host name, the names that it is an alias of, and its address. */
export interface Host {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly address: string;
}

/** The hosts of a session. */
export interface Hosts {
  readonly clientAddress: string;
  readonly resolverAddress: string;
  readonly page: Host;
  readonly media: Host;
}

/**
 * The names of Netflix that the simulated session looks up. Private client addresses on IPv4, documentation
 * addresses (RFC 5737, RFC 3849) for all others.
 */
export function drawHosts(ipVersion: 4 | 6, random: Random): Hosts {
  const cache = 1 + random.integer(9);
  const subnet = 1 + random.integer(200);
  const client = 2 + random.integer(200);
  const page = 1 + random.integer(200);
  const isIpv4 = ipVersion === 4;
  return {
    clientAddress: isIpv4 ? `192.168.${subnet}.${client}` : `2001:db8:1:${subnet}::${client}`,
    resolverAddress: isIpv4 ? '192.0.2.53' : '2001:db8:2::53',
    page: {
      name: 'www.netflix.com',
      aliases: ['www.dradis.netflix.com', 'www.geo.netflix.com'],
      address: isIpv4 ? `203.0.113.${page}` : `2001:db8:3::${page}`,
    },
    media: {
      name: `ipv${ipVersion}-c00${cache}-lab01-ix.1.oca.nflxvideo.net`,
      aliases: [],
      address: isIpv4 ? `198.51.100.${cache}` : `2001:db8:4::${cache}`,
    },
  };
}
