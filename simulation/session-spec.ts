import type { AbrPolicyName } from './player/abr-policy.js';
import type { PlayerSample } from './player/player-log.js';
import type { SegmentSeconds } from './title/title.js';
import type { SegmentRecord } from './transport/segment-record.js';
import type { LateTcpPackets } from './transport/tcp-sightings.js';

/** What session to simulate. The same specification gives the same bytes. */
export interface SessionSpec {
  readonly sessionId: string;
  /** With sessionId and title it decides all that is random. */
  readonly seed: number;
  /** Sessions of one title share segment lengths and sizes. */
  readonly title: string;
  /** The title's bitrates as a multiple of the rungs' usual ones. Default: drawn from seed and title, 0.6 to 1.6. */
  readonly titleFactor?: number;
  /** Default: drawn from seed and title, 2 to 8 s. */
  readonly segmentSeconds?: SegmentSeconds;
  /** Rungs of the title, pixels: some of 144, 240, 360, 480, 720, 1080, 1440, 2160. */
  readonly ladderPx: readonly number[];
  /** The rung that the player is fixed to, on a path that can carry it; null: it adapts, on a path that changes. */
  readonly pinnedPx: number | null;
  /** How it adapts. Default: drawn. */
  readonly policy?: AbrPolicyName;
  /** Length of the capture. */
  readonly durationSeconds: number;
  /** Start of the capture, integer microseconds since the Unix epoch, UTC. */
  readonly startUs: number;
  readonly transport: 'tcp' | 'quic';
  /** Default: drawn, two of three IPv4. */
  readonly ipVersion?: 4 | 6;
  /**
   * Share of packets lost between the servers and the vantage point, either way; the capture never has them.
   * With it and `lossAfter` 0, the queue at the bottleneck drops nothing either.
   */
  readonly lossBefore: number;
  /** Share of packets lost between the vantage point and the client, either way; the capture has them. */
  readonly lossAfter: number;
  /** Share of packets that others overtake. */
  readonly reordering: number;
  /** TCP sequence numbers begin just below 2^32. Default false: anywhere. */
  readonly wrapsEarly?: boolean;
  /** Bytes that the capture keeps of packets of ciphertext. Look-ups and hellos are kept whole. */
  readonly snapLength: number;
}

/** What really happened, to compare an inference with. */
export interface SessionTruth {
  /** Every exchange whose request passed the vantage point, in the order of beginning. */
  readonly segments: readonly SegmentRecord[];
  readonly player: readonly PlayerSample[];
  /** TCP data that passed the vantage point behind later data. */
  readonly lateTcpPackets: Readonly<LateTcpPackets>;
}
