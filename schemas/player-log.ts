/** What the times of a player's log count from. */
export type PlayerLogTimeBase = 'epoch' | 'capture start';

/** A stretch of time in which one resolution was shown. */
export interface ShownResolution {
  /** Integer microseconds since the log's time base, inclusive. */
  readonly startUs: number;
  /** Exclusive; null: until the session ends. */
  readonly endUs: number | null;
  /** Height of the picture, pixels. */
  readonly resolutionPx: number;
}

/** What a player showed, and when. Where nothing is listed, nothing is known. */
export interface PlayerLog {
  /** `merged`: the Requet data set's. `csv`: `time,resolution`. */
  readonly format: 'merged' | 'csv';
  readonly timeBase: PlayerLogTimeBase;
  /** How the times were told, for people: `epoch milliseconds`, `seconds from the capture's start`, … */
  readonly timeText: string;
  readonly rows: number;
  /** In order of time, without overlaps; neighbours differ or have a gap between them. */
  readonly shown: readonly ShownResolution[];
}
