import { createRandom, deriveSeed, type Random } from '../common/random.js';
import { CaptureFile } from './capture-file.js';
import { drawBandwidth, drawNetwork } from './draw-path.js';
import { drawPlayer } from './draw-player.js';
import { EventQueue } from './engine/event-queue.js';
import { drawHosts, type Host } from './hosts.js';
import { lookUp } from './look-up.js';
import { BandwidthTrace } from './network/bandwidth-trace.js';
import { type Capture, NetworkPath } from './network/network-path.js';
import { startOtherTraffic } from './other-traffic/other-traffic.js';
import { Player } from './player/player.js';
import type { SessionSpec, SessionTruth } from './session-spec.js';
import { Title } from './title/title.js';
import type { Connection, Request } from './transport/connection.js';
import { QuicConnection } from './transport/quic-connection.js';
import type { SegmentRecord } from './transport/segment-record.js';
import { TcpConnection } from './transport/tcp-connection.js';
import { clientEndpoint, serverEndpoint } from './wire/endpoint.js';

const HTTPS_PORT = 443;
const FIRST_CLIENT_PORT = 40_000;
const IPV6_SHARE = 1 / 3;

/** A receiver's window is as large as the bytes that pass in this time at the mean bandwidth. */
const WINDOW_SECONDS = 0.3;
const LEAST_WINDOW_BYTES = 65_536;
const MOST_WINDOW_BYTES = 524_288;

const MOST_CONNECTIONS = { youtube: 2, netflix: 3 } as const;
/** Share of the sessions whose audio is AAC, else Opus. */
const AAC_SHARE = 0.6;

/** A simulated session: its capture file and its ground truth. */
export interface SimulatedSession {
  /** A classic pcap file. */
  readonly capture: Uint8Array;
  readonly packets: number;
  readonly truth: SessionTruth;
}

/**
 * Simulates one streaming session as seen by a capture on the client's side of the bottleneck: look-ups, a page,
 * then a player's requests on one to three connections, with TLS or QUIC from the first hello on, beside other traffic
 * of the client if wanted. The viewer still watches when the capture ends. Not simulated: several exchanges at once on
 * one connection, aborted downloads, connections that are older than the capture.
 *
 * @throws RangeError for an unknown rung, or one that is not on the ladder
 */
export function simulateSession(spec: SessionSpec): SimulatedSession {
  const randomFor = (part: string): Random =>
    createRandom(deriveSeed(spec.seed, `${spec.sessionId} ${part}`));
  const clock = new EventQueue(spec.startUs);
  const file = new CaptureFile();
  const capture: Capture = (timeUs, packet) => {
    file.add(timeUs, packet);
  };
  const drawn = randomFor('session');
  const usualAudio = drawn.uniform() < AAC_SHARE ? 'aac' : 'opus';
  const title = new Title({
    seed: spec.seed,
    name: spec.title,
    effect: spec.titleEffect,
    codec: spec.codec,
    audioCodec: spec.audioCodec ?? usualAudio,
    heightsPx: spec.ladderPx,
  });
  const ipVersion = spec.ipVersion ?? (drawn.uniform() < IPV6_SHARE ? 6 : 4);
  const hosts = drawHosts(spec.service, ipVersion, drawn);
  const bandwidth = drawBandwidth(spec, title, drawn);
  const trace = BandwidthTrace.draw(bandwidth, spec.startUs, spec.durationSeconds, randomFor('bandwidth'));
  const path = new NetworkPath(
    clock,
    drawNetwork(spec, bandwidth.meanBps, drawn),
    trace,
    capture,
    randomFor('path'),
  );

  const receiveWindowBytes = Math.round(
    Math.min(MOST_WINDOW_BYTES, Math.max(LEAST_WINDOW_BYTES, (bandwidth.meanBps / 8) * WINDOW_SECONDS)),
  );

  const segments: SegmentRecord[] = [];
  const late = { repeated: 0, filledIn: 0, overtaken: 0 };
  const packets = randomFor('transport');
  let port = FIRST_CLIENT_PORT + drawn.integer(8_000);
  const connect = ({ name, address }: Host, transport: 'tcp' | 'quic' = spec.transport): Connection => {
    const context = {
      clock,
      path,
      random: packets,
      client: clientEndpoint(hosts.clientAddress, port++),
      server: serverEndpoint(address, HTTPS_PORT),
      serverName: name,
      snapLength: spec.snapLength,
      receiveWindowBytes,
      record: (segment: SegmentRecord) => void segments.push(segment),
    };
    if (transport === 'quic') return new QuicConnection(context);
    return new TcpConnection(context, { late, wrapsEarly: spec.wrapsEarly === true });
  };

  const lookUpContext = { clock, capture, hosts, ipVersion, random: randomFor('look-ups') };
  const playerSpec = drawPlayer(spec, bandwidth.meanBps, drawn, randomFor('requests'));
  const connections = 1 + drawn.integer(MOST_CONNECTIONS[spec.service]);
  const pageRequest: Request = {
    kind: 'page',
    media: null,
    requestBytes: playerSpec.requestBytes('video'),
    responseBytes: 20_000 + drawn.integer(60_000),
    serverUs: 5_000 + drawn.integer(30_000),
  };
  const mediaDelayUs = 100_000 + drawn.integer(400_000);
  let player: Player | null = null;
  clock.after(10_000 + drawn.integer(200_000), () => {
    lookUp(hosts.page, lookUpContext, () => {
      const page = connect(hosts.page);
      page.exchange(pageRequest, () => {
        clock.after(50_000, () => {
          page.close();
        });
        clock.after(mediaDelayUs, () => {
          lookUp(hosts.media, lookUpContext, () => {
            const lanes = Array.from({ length: connections }, () => connect(hosts.media));
            player = new Player(clock, playerSpec, title, lanes, randomFor('player'));
            player.start();
          });
        });
      });
    });
  });
  if (spec.otherTraffic) {
    startOtherTraffic({
      ...{ clock, hosts, ipVersion, connect, random: randomFor('other traffic') },
      lookUp: (host, done) => {
        lookUp(host, lookUpContext, done);
      },
    });
  }
  clock.runUntil(spec.startUs + spec.durationSeconds * 1e6);
  return {
    capture: file.bytes(),
    packets: file.packets,
    truth: {
      segments: segments.filter(({ requestUs }) => requestUs !== null),
      player: logOf(player),
      lateTcpPackets: late,
    },
  };
}

const logOf = (player: Player | null): SessionTruth['player'] => player?.log ?? [];
