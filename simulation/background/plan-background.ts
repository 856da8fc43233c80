import { createRandom, deriveSeed, type Random } from '../../common/random.js';
import { FLOW_KINDS, type BackgroundKind, type Exchange } from './flow-kinds.js';

/** One flow of another application, before it is simulated. */
export interface BackgroundFlow {
  readonly kind: BackgroundKind;
  readonly transport: 'tcp' | 'quic';
  readonly serverName: string;
  readonly serverAddress: string;
  /** Microseconds since the Unix epoch. */
  readonly startUs: number;
  readonly exchanges: readonly Exchange[];
}

interface BackgroundOptions {
  readonly flows: number;
  readonly seed: number;
  readonly ipVersion: 4 | 6;
  /** The time range in which flows may begin; microseconds since the Unix epoch. */
  readonly fromUs: number;
  readonly toUs: number;
}

/** The kinds in turn: of 50 flows, 24 are of pages, 14 report, 10 poll, one downloads an update, one synchronises pictures. */
const TURNS = [
  ...(['page', 'telemetry', 'polling', 'bulk', 'page', 'telemetry', 'page', 'polling', 'page'] as const),
  ...(['telemetry', 'page', 'polling', 'page', 'telemetry', 'page', 'polling', 'page'] as const),
  ...(['telemetry', 'page', 'polling', 'page', 'telemetry', 'page', 'telemetry', 'page'] as const),
];
const BULK = ['update', 'images'] as const;
/** Flows of one page, which begin within this time. */
const PAGE_FLOWS = 6;
const PAGE_SPREAD_US = 2e6;
/** The addresses of a network that is set apart for benchmarks (RFC 2544), and of documentation (RFC 3849). */
const IPV4_HOSTS = 2 ** 16;
const PERIODIC = new Set<BackgroundKind>(['telemetry', 'polling', 'images']);
/** Periodic flows begin in this first part of the range, so that most are there all the time. */
const EARLY_SHARE = 0.3;

/** Draws the flows of other applications of one client: the same options give the same flows. */
export function planBackground({
  flows,
  seed,
  ipVersion,
  fromUs,
  toUs,
}: BackgroundOptions): BackgroundFlow[] {
  const random = createRandom(deriveSeed(seed, 'background'));
  const seconds = (toUs - fromUs) / 1e6;
  let pageUs = fromUs;
  let pageFlows = 0;
  const startOf = (kind: BackgroundKind): number => {
    const anyUs = fromUs + random.uniform() * (toUs - fromUs) * (PERIODIC.has(kind) ? EARLY_SHARE : 1);
    if (kind !== 'page') return anyUs;
    if (pageFlows++ % PAGE_FLOWS === 0) pageUs = anyUs;
    return pageUs + random.uniform() * PAGE_SPREAD_US;
  };
  return Array.from({ length: flows }, (_, at): BackgroundFlow => {
    const kind = kindOf(at);
    const { quicShare, exchanges } = FLOW_KINDS[kind];
    const startUs = startOf(kind);
    return {
      kind,
      transport: random.uniform() < quicShare ? 'quic' : 'tcp',
      serverName: `${kind}-${at + 1}.example.net`,
      serverAddress: drawAddress(ipVersion, random),
      startUs: Math.round(startUs),
      exchanges: exchanges(random, seconds),
    };
  });
}

function kindOf(at: number): BackgroundKind {
  const kind = TURNS[at % TURNS.length] ?? 'page';
  return kind === 'bulk' ? (BULK[Math.floor(at / TURNS.length) % BULK.length] ?? 'update') : kind;
}

function drawAddress(ipVersion: 4 | 6, random: Random): string {
  const host = 1 + random.integer(IPV4_HOSTS - 2);
  return ipVersion === 4 ? `198.18.${host >>> 8}.${host & 0xff}` : `2001:db8:5::${host.toString(16)}`;
}
