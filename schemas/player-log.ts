/** Origin of the times of a player's log. */
export type PlayerLogTimeBase = 'epoch' | 'capture start';

/** A time range in which one resolution was shown. */
export interface ShownResolution {
  /** Integer microseconds since the log's time base, inclusive. */
  readonly startUs: number;
  /** Exclusive; null: until the session ends. */
  readonly endUs: number | null;
  /** Height of the picture, pixels. */
  readonly resolutionPx: number;
}

/** Rows of a log that were not understood. */
export interface MalformedRows {
  readonly rows: number;
  /** What is wrong with the first of them, with its number and value. */
  readonly first: string;
}

/** Resolutions that a player showed, by time. Times that are not listed are unknown. */
export interface PlayerLog {
  /** `merged`: the format of the Requet data set. `csv`: `time,resolution`. */
  readonly format: 'merged' | 'csv';
  readonly timeBase: PlayerLogTimeBase;
  /** How the times were interpreted, for people: `epoch milliseconds`, `seconds from the capture's start`, … */
  readonly timeText: string;
  readonly rows: number;
  /** Rows that were not understood; null: none. */
  readonly malformed: MalformedRows | null;
  /** Rows that name several resolutions, because it changed in their time. */
  readonly changingRows: number;
  /** By time, without overlaps; neighbours differ or have a gap between them. */
  readonly shown: readonly ShownResolution[];
}
