import { createRandom, deriveSeed, type Random } from '../models/random.js';
import type { Connection } from './connection.js';
import { dnsLookup, type DnsLookup } from './dns-lookup.js';
import { clientEndpoint, serverEndpoint } from './endpoint.js';
import type { NetworkPath } from './network-path.js';
import { nominalBitrateBps } from './nominal-bitrate.js';
import { lognormal } from './normal.js';
import { AUDIO_BITRATE_BPS, playMedia } from './play-media.js';
import { QuicConnection } from './quic-connection.js';
import type { SessionSpec, SessionTruth, TrueSegment } from './session-spec.js';
import type { SimulatedPacket } from './simulated-packet.js';
import { TcpConnection } from './tcp-connection.js';
import { titleFactor } from './title-factor.js';

/** Bandwidth: median and spread over sessions, and the least multiple of the media's bitrate that a path carries. */
const BANDWIDTH_MEDIAN_BPS = 15e6;
const BANDWIDTH_SIGMA = 0.6;
const BANDWIDTH_MOST_BPS = 100e6;
const LEAST_HEADROOM = 2.5;
/** Where audio has a connection of its own, this share of the bandwidth is the video's, always. */
const VIDEO_SHARE = 0.85;

/** A simulated session: its packets in time order, and what really happened. */
export interface SimulatedSession {
  readonly packets: readonly SimulatedPacket[];
  readonly truth: SessionTruth;
}

/**
 * Simulates one streaming session as a capture at the client shows it: DNS look-ups, a page, then video at one rung
 * and audio, on one or two connections. Not simulated yet: losses, congestion control, changes of the rung, stalls,
 * TLS and QUIC handshakes, other traffic. RangeError for an unknown rung.
 */
export function simulateSession(spec: SessionSpec): SimulatedSession {
  const randomFor = (part: string) => createRandom(deriveSeed(spec.seed, `${spec.sessionId} ${part}`));
  const network = randomFor('network');
  const requests = randomFor('requests');
  const packets: SimulatedPacket[] = [];
  const emit = (packet: SimulatedPacket) => void packets.push(packet);

  const factor = spec.titleFactor ?? titleFactor(spec.seed, spec.sessionId);
  const videoBitrateBps = nominalBitrateBps(spec.heightPx) * factor;
  const bandwidthBps = drawBandwidth(network, videoBitrateBps + AUDIO_BITRATE_BPS);
  const hosts = drawHosts(network);
  const [leastRequest, mostRequest] = spec.transport === 'tcp' ? [300, 700] : [200, 600];
  const requestBytes = () => leastRequest + requests.integer(mostRequest - leastRequest + 1);
  const roundTripUs = 8_000 + network.integer(45_000);
  const connect = (address: string, port: number, share: number) => {
    const path: NetworkPath = { roundTripUs, bitsPerSecond: bandwidthBps * share, random: network };
    const ends = [clientEndpoint(hosts.client, port), serverEndpoint(address, 443), path, emit] as const;
    return spec.transport === 'tcp' ? new TcpConnection(...ends) : new QuicConnection(...ends);
  };
  const resolve = (lookup: DnsLookup, timeUs: number) => {
    const client = clientEndpoint(hosts.client, 49_152 + network.integer(16_384));
    const exchange = dnsLookup(lookup, timeUs, client, serverEndpoint(hosts.resolver, 53), network);
    packets.push(...exchange);
    return (exchange.at(-1)?.timestampUs ?? timeUs) + 500;
  };

  const pageUs = resolve(hosts.page, spec.startUs + 10_000 + network.integer(200_000));
  const firstPort = 40_000 + network.integer(8_000);
  const pageConnection = connect(hosts.page.address, firstPort, 1);
  const page = fetchPage(pageConnection, pageUs, requests, requestBytes);
  if (pageConnection instanceof TcpConnection) pageConnection.close(page.lastByteUs + 50_000);

  const mediaUs = resolve(hosts.media, page.lastByteUs + 100_000 + network.integer(400_000));
  const isShared = network.uniform() < 0.5;
  const video = connect(hosts.media.address, firstPort + 1, isShared ? 1 : VIDEO_SHARE);
  const media = playMedia({
    video,
    audio: isShared ? video : connect(hosts.media.address, firstPort + 2, 1 - VIDEO_SHARE),
    videoBitrateBps,
    requestBytes,
    startUs: mediaUs,
    endUs: spec.startUs + spec.durationSeconds * 1e6,
    random: randomFor('media'),
  });
  packets.sort((a, b) => a.timestampUs - b.timestampUs);
  const resolutions = media.playUs === null ? [] : [{ timeUs: media.playUs, heightPx: spec.heightPx }];
  return { packets, truth: { segments: [page, ...media.segments], resolutions } };
}

/** Bit/s of the session's path, never so low that the player would stall. */
function drawBandwidth(random: Random, mediaBitrateBps: number): number {
  const drawn = Math.min(BANDWIDTH_MOST_BPS, BANDWIDTH_MEDIAN_BPS * lognormal(random, BANDWIDTH_SIGMA));
  return Math.max(drawn, mediaBitrateBps * LEAST_HEADROOM);
}

/** Private client addresses; documentation addresses (RFC 5737) for all others. */
function drawHosts(random: Random) {
  const cache = 1 + random.integer(9);
  const subnet = 1 + random.integer(200);
  const page: DnsLookup = {
    name: 'www.netflix.com',
    alias: 'www.geo.netflix.com',
    address: `203.0.113.${1 + random.integer(200)}`,
  };
  const media: DnsLookup = {
    name: `ipv4-c00${cache}-lab01-ix.1.oca.nflxvideo.net`,
    address: `198.51.100.${cache}`,
  };
  return { client: `192.168.${subnet}.${2 + random.integer(200)}`, resolver: '192.0.2.53', page, media };
}

function fetchPage(
  connection: Connection,
  timeUs: number,
  random: Random,
  requestBytes: () => number,
): TrueSegment {
  const requestUs = connection.open(timeUs) + 2_000;
  const downstreamBytes = 20_000 + random.integer(60_000);
  const lastByteUs = connection.exchange({
    requestUs,
    requestBytes: requestBytes(),
    responseBytes: downstreamBytes,
  });
  return { kind: 'page', requestUs, downstreamBytes, lastByteUs };
}
