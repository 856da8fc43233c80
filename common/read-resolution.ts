import { isMissingText } from './missing-text.js';

/** Most lines of a resolution: those of 16K. A larger number is something else, such as a bit rate. */
export const MOST_LINES = 8640;

/** Names that stand for one number of lines. HD, SD and LD do not: HD is 720 or 1080, SD is 480 or 576. */
const NAMES: ReadonlyMap<string, number> = new Map([
  ['fhd', 1080],
  ['full hd', 1080],
  ['fullhd', 1080],
  ['uhd', 2160],
  ['4k', 2160],
  ['4k uhd', 2160],
  ['8k', 4320],
]);

/** Names of YouTube's player API (`getPlaybackQuality`), besides `hd720` and the like. `highres` has no number of lines. */
const YOUTUBE_NAMES: ReadonlyMap<string, number> = new Map([
  ['tiny', 144],
  ['small', 240],
  ['medium', 360],
  ['large', 480],
]);

const NUMBER = String.raw`(\d+)(?:\.0*)?`;
/** A frame rate, or another number behind the resolution, such as the quality factor in `1280x720-24`. */
const RATE = String.raw`(?:\s*[@_/-]?\s*\d+(?:\.\d+)?\s*(?:fps|hz|p|i)?)?`;
const SUFFIX = String.raw`(?:\s*\(?(?:hd|full hd|uhd|4k|8k|hdr|sdr|premium)\)?)*`;
const LINES = new RegExp(String.raw`^${NUMBER}\s*(?:px|lines?)?$`);
const QUALITY = new RegExp(String.raw`^(\d+)\s*[pi](?:${RATE})${SUFFIX}$`);
const HD = /^hd[\s_-]?(\d{3,4})p?$/;
const SIZE = new RegExp(
  String.raw`^${NUMBER}\s*(?:px)?\s*(?:x|×|\*|by)\s*${NUMBER}\s*(?:px|p|i)?${RATE}${SUFFIX}$`,
);
const BRACKETED = new RegExp(String.raw`^[([]\s*${NUMBER}\s*[,;x×*]\s*${NUMBER}\s*[)\]]$`);
const FIELDS = /^\{.*["']?\bheight["']?\s*[:=]\s*(\d+)(?:\.0*)?\b.*\}$/;

/**
 * The number of lines that a label names: `720`, `720.0`, `720p`, `720P60`, `hd720`, `1280x720`, `1280×720-24`,
 * `(1280, 720)`, and names that stand for one number of lines. Of width and height, the shorter side counts, because a
 * video that is upright has the rung of the same video lying. 0 stays 0: nothing is shown.
 * @returns null: the text says that there is no label; undefined: it is not understood
 */
export function readResolution(text: string): number | null | undefined {
  if (isMissingText(text)) return null;
  const label = text.trim().normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ');
  const named = NAMES.get(label) ?? YOUTUBE_NAMES.get(label);
  if (named !== undefined) return named;
  const single = (LINES.exec(label) ?? QUALITY.exec(label) ?? HD.exec(label) ?? FIELDS.exec(label))?.[1];
  if (single !== undefined) return inRange(Number(single));
  const sides = SIZE.exec(label) ?? BRACKETED.exec(label);
  return sides === null ? undefined : inRange(Math.min(Number(sides[1]), Number(sides[2])));
}

/** Whether a label is a name that only YouTube gives a meaning. */
export function isYoutubeName(text: string): boolean {
  return YOUTUBE_NAMES.has(text.trim().toLowerCase());
}

function inRange(lines: number): number | undefined {
  return lines <= MOST_LINES ? lines : undefined;
}

/** Widths of usual resolutions that are no usual height, and usual heights that are no usual width. */
const ONLY_WIDTHS: ReadonlySet<number> = new Set([
  256, 320, 426, 427, 428, 640, 848, 852, 853, 854, 960, 1280, 1920, 2560, 3840, 4096, 7680,
]);
const ONLY_HEIGHTS: ReadonlySet<number> = new Set([
  144, 234, 240, 270, 288, 360, 396, 432, 540, 576, 1080, 2160, 4320,
]);

/**
 * Whether bare numbers of one column are widths: some are usual widths and never heights, and none is a usual height
 * that is never a width (480, 720 and 1440 are both).
 */
export function areWidths(labels: readonly string[]): boolean {
  const numbers = labels.flatMap((label) => {
    const lines = LINES.exec(label.trim().toLowerCase())?.[1];
    return lines === undefined || Number(lines) === 0 ? [] : [Number(lines)];
  });
  return (
    numbers.some((number) => ONLY_WIDTHS.has(number)) && !numbers.some((number) => ONLY_HEIGHTS.has(number))
  );
}
