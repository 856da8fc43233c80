import { createRandom, deriveSeed, type Random } from '../common/random.js';
import { CaptureFile } from './capture-file.js';
import { EventQueue } from './engine/event-queue.js';
import { lognormal } from './engine/normal.js';
import { drawHosts, type Host } from './hosts.js';
import { lookUp } from './look-up.js';
import { BandwidthTrace, type BandwidthSpec } from './network/bandwidth-trace.js';
import { type Capture, NetworkPath } from './network/network-path.js';
import type { NetworkSpec } from './network/network-spec.js';
import { ABR_POLICIES, bufferBased, pinned, rateBased, type AbrPolicy } from './player/abr-policy.js';
import { Player, type PlayerSpec } from './player/player.js';
import type { SessionSpec, SessionTruth } from './session-spec.js';
import { titleFactor } from './title/title-factor.js';
import { Title } from './title/title.js';
import type { Connection, Request } from './transport/connection.js';
import { QuicConnection } from './transport/quic-connection.js';
import type { SegmentRecord } from './transport/segment-record.js';
import { TcpConnection } from './transport/tcp-connection.js';
import { clientEndpoint, serverEndpoint } from './wire/endpoint.js';

const HTTPS_PORT = 443;
const FIRST_CLIENT_PORT = 40_000;
const IPV6_SHARE = 1 / 3;

/**
 * Paths of pinned sessions: distribution of the bandwidth over sessions, and multiples of the media's bitrate for
 * its mean and its minimum.
 */
const PINNED_MEDIAN_BPS = 15e6;
const PINNED_SIGMA = 0.6;
const PINNED_HEADROOM = 2.5;
const PINNED_LEAST_HEADROOM = 1.5;
const PINNED_CHANGE_SIGMA = 0.25;
/** Paths of adaptive sessions: slow enough that the rung matters. */
const ADAPTIVE_MEDIAN_BPS = 3e6;
const ADAPTIVE_SIGMA = 0.7;
const ADAPTIVE_LEAST_BPS = 300e3;
const ADAPTIVE_CHANGE_SIGMA = 0.45;
const ADAPTIVE_DIP_CHANCE = 0.01;
const MOST_BPS = 100e6;
/** The queue is as large as the bytes that pass in this time at the mean bandwidth. */
const QUEUE_SECONDS = 0.25;
const LEAST_QUEUE_BYTES = 65_536;
/** A receiver's window is as large as the bytes that pass in this time at the mean bandwidth. */
const WINDOW_SECONDS = 0.3;
const LEAST_WINDOW_BYTES = 65_536;
const MOST_WINDOW_BYTES = 524_288;

const SEPARATE_AUDIO_SHARE = 0.7;
const MOST_CONNECTIONS = 3;
/** Netflix's players buffer minutes; this is shorter, so that short captures show the steady state. */
const MAX_BUFFER_SECONDS = 24;
const STARTUP_SECONDS = 4;
const PINNED_SEEK_CHANCE = 0.15;
const ADAPTIVE_SEEK_CHANCE = 0.5;
const TITLE_SECONDS = 3_600;

/** A simulated session: its capture file and its ground truth. */
export interface SimulatedSession {
  /** A classic pcap file. */
  readonly capture: Uint8Array;
  readonly packets: number;
  readonly truth: SessionTruth;
}

/**
 * Simulates one streaming session as seen by a capture on the client's side of the bottleneck: look-ups, a page,
 * then a player's segments on one to three connections, with TLS or QUIC from the first hello on. The viewer still
 * watches when the capture ends. Not simulated: other traffic, HTTP/2 multiplexing, aborted downloads.
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
  const factor = spec.titleFactor ?? titleFactor(spec.seed, spec.title);
  const title = new Title(spec.seed, spec.title, factor, spec.ladderPx, spec.segmentSeconds ?? null);
  const drawn = randomFor('session');
  const ipVersion = spec.ipVersion ?? (drawn.uniform() < IPV6_SHARE ? 6 : 4);
  const hosts = drawHosts(ipVersion, drawn);
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
  const transport = randomFor('transport');
  let port = FIRST_CLIENT_PORT + drawn.integer(8_000);
  const connect = ({ name, address }: Host): Connection => {
    const context = {
      clock,
      path,
      random: transport,
      client: clientEndpoint(hosts.clientAddress, port++),
      server: serverEndpoint(address, HTTPS_PORT),
      serverName: name,
      snapLength: spec.snapLength,
      receiveWindowBytes,
      record: (segment: SegmentRecord) => void segments.push(segment),
    };
    if (spec.transport === 'quic') return new QuicConnection(context);
    return new TcpConnection(context, { late, wrapsEarly: spec.wrapsEarly === true });
  };

  const lookUpContext = { clock, capture, hosts, ipVersion, random: randomFor('look-ups') };
  const [leastRequest, mostRequest] = spec.transport === 'tcp' ? [280, 680] : [180, 560];
  const requests = randomFor('requests');
  const playerSpec = drawPlayer(
    spec,
    drawn,
    () => leastRequest + requests.integer(mostRequest - leastRequest),
  );
  const connections = 1 + drawn.integer(MOST_CONNECTIONS);
  const pageRequest: Request = {
    kind: 'page',
    media: null,
    requestBytes: playerSpec.requestBytes(),
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

function drawBandwidth({ pinnedPx }: SessionSpec, title: Title, random: Random): BandwidthSpec {
  if (pinnedPx === null) {
    return {
      meanBps: Math.min(MOST_BPS, ADAPTIVE_MEDIAN_BPS * lognormal(random, ADAPTIVE_SIGMA)),
      sigma: ADAPTIVE_CHANGE_SIGMA,
      leastBps: ADAPTIVE_LEAST_BPS,
      mostBps: MOST_BPS,
      dipChance: ADAPTIVE_DIP_CHANCE,
    };
  }
  const rung = title.ladder.find(({ heightPx }) => heightPx === pinnedPx);
  if (rung === undefined) throw new RangeError(`the ladder has no rung of ${pinnedPx} px`);
  const mediaBps = rung.bitrateBps + title.audioBitrateBps;
  return {
    meanBps: Math.min(
      MOST_BPS,
      Math.max(PINNED_MEDIAN_BPS * lognormal(random, PINNED_SIGMA), mediaBps * PINNED_HEADROOM),
    ),
    sigma: PINNED_CHANGE_SIGMA,
    leastBps: mediaBps * PINNED_LEAST_HEADROOM,
    mostBps: MOST_BPS,
    dipChance: 0,
  };
}

function drawNetwork(spec: SessionSpec, meanBps: number, random: Random): NetworkSpec {
  const { lossBefore, lossAfter, reordering } = spec;
  const isLossless = lossBefore === 0 && lossAfter === 0;
  return {
    roundTripUs: 8_000 + random.integer(45_000),
    accessRoundTripUs: 400 + random.integer(3_000),
    lossBefore,
    lossAfter,
    reordering,
    queueBytes: isLossless ? Infinity : Math.max(LEAST_QUEUE_BYTES, (meanBps / 8) * QUEUE_SECONDS),
  };
}

function drawPlayer(spec: SessionSpec, random: Random, requestBytes: () => number): PlayerSpec {
  const seekChance = spec.pinnedPx === null ? ADAPTIVE_SEEK_CHANCE : PINNED_SEEK_CHANCE;
  const seeks = [0.3, 0.6].flatMap((share) => {
    const toSeconds = random.integer(TITLE_SECONDS);
    const afterSeconds = spec.durationSeconds * (share + 0.2 * random.uniform());
    return random.uniform() < seekChance / 2 ? [{ afterSeconds, toSeconds }] : [];
  });
  const policy = spec.policy ?? ABR_POLICIES[random.integer(ABR_POLICIES.length)]!;
  return {
    policy: spec.pinnedPx === null ? POLICIES[policy] : pinned(spec.pinnedPx),
    hasSeparateAudio: random.uniform() < SEPARATE_AUDIO_SHARE,
    startupSeconds: STARTUP_SECONDS,
    maxBufferSeconds: MAX_BUFFER_SECONDS,
    seeks,
    requestBytes,
  };
}

const POLICIES: Readonly<Record<(typeof ABR_POLICIES)[number], AbrPolicy>> = {
  buffer: bufferBased,
  rate: rateBased,
};
