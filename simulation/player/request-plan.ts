import type { MediaTrack } from '../title/media-track.js';

/** The part of a track that a player asks for next. */
export interface WantedPart {
  readonly kind: 'video' | 'audio';
  readonly track: MediaTrack;
  /** Media time of its first byte. */
  readonly fromSeconds: number;
  /** Playable media ahead of the playhead. */
  readonly bufferSeconds: number;
}

/** Decides how much a request asks for: the media time of its end, after `fromSeconds`. */
export type RequestPlan = (wanted: WantedPart) => number;

/** Seconds of media in a fixed segment. */
export interface SegmentSeconds {
  readonly video: number;
  readonly audio: number;
}

/** Files of a fixed length, as in DASH and at Netflix. */
export const fixedSegments =
  (seconds: SegmentSeconds): RequestPlan =>
  ({ kind, fromSeconds }) =>
    (Math.floor(fromSeconds / seconds[kind] + 1e-9) + 1) * seconds[kind];

/** YouTube's limit of a request (Requet 2018: no video segment is larger; 2015: 2.16 MB at most at 480p). */
export const MOST_RANGE_BYTES = 2 * 1024 * 1024;
/** The first requests are short, so that playing begins early; each following one may be as long as the buffer. */
const FIRST_RANGE_SECONDS = 5;

/**
 * Ranges of one long file, as at YouTube: as long as `seconds` if the buffer is, and never more than 2 MiB.
 * @param seconds media in a request that nothing limits
 */
export const byteRanges =
  (seconds: SegmentSeconds): RequestPlan =>
  ({ kind, track, fromSeconds, bufferSeconds }) => {
    const wanted = Math.min(seconds[kind], Math.max(FIRST_RANGE_SECONDS, bufferSeconds));
    return Math.min(fromSeconds + wanted, track.endOf(fromSeconds, MOST_RANGE_BYTES));
  };
