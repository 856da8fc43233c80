import type { SimulatedService } from './hosts.js';
import type { AbrPolicyName } from './player/abr-policy.js';
import type { PlayerSample } from './player/player-log.js';
import type { SegmentSeconds } from './player/request-plan.js';
import type { Codec } from './title/codec-ladders.js';
import type { AudioCodec } from './title/title.js';
import type { SegmentRecord } from './transport/segment-record.js';
import type { LateTcpPackets } from './transport/tcp-sightings.js';

/** Specification of a session to simulate. The same specification gives the same bytes. */
export interface SessionSpec {
  readonly sessionId: string;
  /** Determines all random values, together with sessionId and title. */
  readonly seed: number;
  /** Its hosts, and how its player asks for media. */
  readonly service: SimulatedService;
  /** Sessions of one title and codec share bitrates and sizes. */
  readonly title: string;
  /** Effect of the title on its bitrates, in standard deviations over titles. Default: drawn from seed and title. */
  readonly titleEffect?: number;
  readonly codec: Codec;
  /** Default: drawn, more often AAC. */
  readonly audioCodec?: AudioCodec;
  /** Of a player with fixed segments. Default: drawn from seed and title, 2 to 8 s. */
  readonly segmentSeconds?: SegmentSeconds;
  /** Rungs of the title, pixels: some of 144, 240, 360, 480, 720, 1080. */
  readonly ladderPx: readonly number[];
  /**
   * The rung that the player is pinned to, on a path that can carry it; null: it adapts, on a path with changing
   * bandwidth.
   */
  readonly pinnedPx: number | null;
  /** Policy of an adaptive player. Default: drawn. */
  readonly policy?: AbrPolicyName;
  /** Length of the capture. */
  readonly durationSeconds: number;
  /** Start of the capture, integer microseconds since the Unix epoch, UTC. */
  readonly startUs: number;
  /** Of page and media. */
  readonly transport: 'tcp' | 'quic';
  /** True: pictures and reports of the service, and other applications, share the path. */
  readonly otherTraffic: boolean;
  /** Default: drawn, two of three IPv4. */
  readonly ipVersion?: 4 | 6;
  /**
   * Share of packets, in both directions, lost between the servers and the vantage point; those sent by servers are
   * not in the capture. If this and `lossAfter` are 0, the queue at the bottleneck drops nothing either.
   */
  readonly lossBefore: number;
  /**
   * Share of packets, in both directions, lost between the vantage point and the client; those sent by servers are
   * in the capture.
   */
  readonly lossAfter: number;
  /** Share of packets that others overtake. */
  readonly reordering: number;
  /** True: TCP sequence numbers begin just below 2^32. Default false: they begin anywhere. */
  readonly wrapsEarly?: boolean;
  /** Captured bytes of encrypted packets. Look-ups and hellos are captured completely. */
  readonly snapLength: number;
}

/** Ground truth of a simulated session. */
export interface SessionTruth {
  /** Every exchange whose request passed the vantage point, in order of its start. */
  readonly segments: readonly SegmentRecord[];
  readonly player: readonly PlayerSample[];
  /** TCP data that passed the vantage point after later data. */
  readonly lateTcpPackets: Readonly<LateTcpPackets>;
}
