import { createRandom } from '../../common/random.js';
import { SplicingError } from './splicing-error.js';
import type { CaptureSurvey } from './survey-capture.js';

/** A labelled capture with one resolution. */
export interface SpliceSource {
  readonly sessionId: string;
  /** As written in its sessions file. */
  readonly capture: string;
  readonly site: string | null;
  readonly videoId: string | null;
  readonly resolutionPx: number;
  readonly survey: CaptureSurvey;
}

/** A time range of a source, and its start in the spliced capture. Times are microseconds, the end excluded. */
interface SplicePiece {
  readonly source: SpliceSource;
  readonly fromUs: number;
  readonly toUs: number;
  readonly atUs: number;
}

export interface SplicePlan {
  readonly sessionId: string;
  readonly pieces: readonly SplicePiece[];
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
 * Chooses two to four pieces for each session. The first is the beginning of a capture, with all sources in turn.
 * Each further piece is from the middle of a capture that the session does not contain yet, with another resolution
 * than the previous piece: from the same site and video if possible, else from the same site, else from any.
 *
 * @throws SplicingError if no two sources fit together
 */
export function planSplices(
  sources: readonly SpliceSource[],
  { sessions, seed, pieceSeconds: [least, most] }: SpliceOptions,
): SplicePlan[] {
  const random = createRandom(seed);
  const leastUs = least * 1e6;
  const lengthUpTo = (roomUs: number): number =>
    Math.round(leastUs + random.uniform() * (Math.min(most * 1e6, roomUs) - leastUs));
  const openings = sources.filter(
    (source) =>
      source.survey.activeToUs - source.survey.firstUs >= leastUs &&
      followers(sources, [source], leastUs).length > 0,
  );
  if (openings.length === 0 && sessions > 0) {
    throw new SplicingError(
      `nothing to splice: among ${sources.length} labelled captures, no two have different resolutions, the same kind of link and address, and ${least} s of media each`,
    );
  }
  const plans: SplicePlan[] = [];
  let order: SpliceSource[] = [];
  while (plans.length < sessions) {
    if (order.length === 0) order = random.shuffle(openings);
    const first = order.pop()!;
    const { firstUs, activeToUs } = first.survey;
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
      const { activeFromUs, activeToUs: untilUs } = source.survey;
      const lengthUs = lengthUpTo(untilUs - activeFromUs);
      const fromUs = Math.round(activeFromUs + random.uniform() * (untilUs - activeFromUs - lengthUs));
      const atUs = before.atUs + before.toUs - before.fromUs;
      pieces.push({ source, fromUs, toUs: fromUs + lengthUs, atUs });
    }
    const number = String(plans.length + 1).padStart(String(sessions).length, '0');
    plans.push({ sessionId: `spliced-${number}`, pieces });
  }
  return plans;
}

/**
 * Sources that may follow the pieces so far: those of the same video if any, else of the same site, else all that
 * fit.
 */
function followers(
  sources: readonly SpliceSource[],
  soFar: readonly SpliceSource[],
  leastUs: number,
): readonly SpliceSource[] {
  const before = soFar.at(-1)!;
  const fitting = sources.filter(
    (source) =>
      source.resolutionPx !== before.resolutionPx &&
      source.survey.linkType === before.survey.linkType &&
      source.survey.ipVersion === before.survey.ipVersion &&
      source.survey.activeToUs - source.survey.activeFromUs >= leastUs &&
      !soFar.some(({ survey }) => survey.contentHash === source.survey.contentHash),
  );
  const ofSite = fitting.filter(({ site }) => site !== null && site === before.site);
  const ofVideo = ofSite.filter(({ videoId }) => videoId !== null && videoId === before.videoId);
  return [ofVideo, ofSite, fitting].find(({ length }) => length > 0) ?? [];
}
