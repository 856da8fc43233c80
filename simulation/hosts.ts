import type { Random } from '../common/random.js';

/** Video services whose players are simulated: byte ranges at YouTube, fixed segments at Netflix. */
export const SIMULATED_SERVICES = ['youtube', 'netflix'] as const;
export type SimulatedService = (typeof SIMULATED_SERVICES)[number];

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
  /** The service's small pictures. */
  readonly pictures: Host;
  /** Where the service's player reports to. */
  readonly reports: Host;
}

/**
 * Names as the services use them. Private client addresses on IPv4, documentation addresses (RFC 5737, RFC 3849) for
 * all others.
 */
export function drawHosts(service: SimulatedService, ipVersion: 4 | 6, random: Random): Hosts {
  const cache = 1 + random.integer(9);
  const subnet = 1 + random.integer(200);
  const client = 2 + random.integer(200);
  const page = 1 + random.integer(200);
  const isIpv4 = ipVersion === 4;
  const near = (host: number): string => (isIpv4 ? `203.0.113.${host}` : `2001:db8:3::${host}`);
  const names = NAMES[service](ipVersion, cache);
  return {
    clientAddress: isIpv4 ? `192.168.${subnet}.${client}` : `2001:db8:1:${subnet}::${client}`,
    resolverAddress: isIpv4 ? '192.0.2.53' : '2001:db8:2::53',
    page: { ...names.page, address: near(page) },
    media: { ...names.media, address: isIpv4 ? `198.51.100.${cache}` : `2001:db8:4::${cache}` },
    pictures: { ...names.pictures, address: near(page + 1) },
    reports: { ...names.reports, address: near(page + 2) },
  };
}

type Names = Readonly<Record<'page' | 'media' | 'pictures' | 'reports', Omit<Host, 'address'>>>;

const NAMES: Readonly<Record<SimulatedService, (ipVersion: 4 | 6, cache: number) => Names>> = {
  youtube: (_, cache) => ({
    page: { name: 'www.youtube.com', aliases: ['youtube-ui.l.google.com'] },
    media: {
      name: `rr${cache}---sn-5hne6n7z.googlevideo.com`,
      aliases: [`rr${cache}.sn-5hne6n7z.googlevideo.com`],
    },
    pictures: { name: 'i.ytimg.com', aliases: [] },
    reports: { name: 's.youtube.com', aliases: ['video-stats.l.google.com'] },
  }),
  netflix: (ipVersion, cache) => ({
    page: { name: 'www.netflix.com', aliases: ['www.dradis.netflix.com', 'www.geo.netflix.com'] },
    media: { name: `ipv${ipVersion}-c00${cache}-lab01-ix.1.oca.nflxvideo.net`, aliases: [] },
    pictures: { name: 'occ-0-1167-1168.1.nflxso.net', aliases: [] },
    reports: { name: 'logs.netflix.com', aliases: ['logs.dradis.netflix.com'] },
  }),
};
