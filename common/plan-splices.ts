import { createRandom } from './random.js';

/** A labelled session with one resolution. Times are microseconds on its own clock. */
export interface SpliceSource {
  readonly sessionId: string;
  readonly site: string | null;
  readonly videoId: string | null;
  readonly resolutionPx: number;
  /** Only pieces of the same kind fit together. */
  readonly kind: string;
  /** A spliced session has at most one piece of each content. */
  readonly content: string;
  readonly firstUs: number;
  /** Time range of its media; pieces but the first are taken from it. */
  readonly activeFromUs: number;
  readonly activeToUs: number;
}

/** A time range of a source, and its start in the spliced session. Times are microseconds, the end excluded. */
export interface SplicePiece<Source extends SpliceSource> {
  readonly source: Source;
  readonly fromUs: number;
  readonly toUs: number;
  readonly atUs: number;
}

export interface SpliceOptions {
  readonly sessions: number;
  readonly seed: number;
  /** Shortest and longest piece. */
  readonly pieceSeconds: readonly [least: number, most: number];
}

const FEWEST_PIECES = 2;
const MOST_PIECES = 4;

/**
 * Chooses two to four pieces for each session. The first is the beginning of a source, with all sources in turn.
 * Each further piece is from the middle of a source that the session does not contain yet, with another resolution
 * than the previous piece: from the same site and video if possible, else from the same site, else from any.
 *
 * @returns the pieces of each session; none if no two sources fit together
 */
export function planSplices<Source extends SpliceSource>(
  sources: readonly Source[],
  { sessions, seed, pieceSeconds: [least, most] }: SpliceOptions,
): SplicePiece<Source>[][] {
  const random = createRandom(seed);
  const leastUs = least * 1e6;
  const lengthUpTo = (roomUs: number): number =>
    Math.round(leastUs + random.uniform() * (Math.min(most * 1e6, roomUs) - leastUs));
  const openings = sources.filter(
    (source) =>
      source.activeToUs - source.firstUs >= leastUs && followers(sources, [source], leastUs).length > 0,
  );
  if (openings.length === 0) return [];
  const plans: SplicePiece<Source>[][] = [];
  let order: Source[] = [];
  while (plans.length < sessions) {
    if (order.length === 0) order = random.shuffle(openings);
    const first = order.pop()!;
    const { firstUs, activeToUs } = first;
    const pieces = [
      { source: first, fromUs: firstUs, toUs: firstUs + lengthUpTo(activeToUs - firstUs), atUs: firstUs },
    ];
    const wanted = FEWEST_PIECES + random.integer(MOST_PIECES - FEWEST_PIECES + 1);
    while (pieces.length < wanted) {
      const before = pieces.at(-1)!;
      const fitting = followers(
        sources,
        pieces.map((piece) => piece.source),
        leastUs,
      );
      if (fitting.length === 0) break;
      const source = fitting[random.integer(fitting.length)]!;
      const { activeFromUs, activeToUs: untilUs } = source;
      const lengthUs = lengthUpTo(untilUs - activeFromUs);
      const fromUs = Math.round(activeFromUs + random.uniform() * (untilUs - activeFromUs - lengthUs));
      const atUs = before.atUs + before.toUs - before.fromUs;
      pieces.push({ source, fromUs, toUs: fromUs + lengthUs, atUs });
    }
    plans.push(pieces);
  }
  return plans;
}

/**
 * Sources that may follow the pieces so far: those of the same video if any, else of the same site, else all that
 * fit.
 */
function followers<Source extends SpliceSource>(
  sources: readonly Source[],
  soFar: readonly Source[],
  leastUs: number,
): readonly Source[] {
  const before = soFar.at(-1)!;
  const fitting = sources.filter(
    (source) =>
      source.resolutionPx !== before.resolutionPx &&
      source.kind === before.kind &&
      source.activeToUs - source.activeFromUs >= leastUs &&
      !soFar.some(({ content }) => content === source.content),
  );
  const ofSite = fitting.filter(({ site }) => site !== null && site === before.site);
  const ofVideo = ofSite.filter(({ videoId }) => videoId !== null && videoId === before.videoId);
  return [ofVideo, ofSite, fitting].find(({ length }) => length > 0) ?? [];
}
