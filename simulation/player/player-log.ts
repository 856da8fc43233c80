/** What the player does: waits for its first segments, plays, waits with an empty buffer, waits after a jump. */
export type PlayerState = 'startup' | 'playing' | 'stalled' | 'seeking';

/** One row of the player's log: what it shows at a time. */
export interface PlayerSample {
  /** Integer microseconds since the Unix epoch. */
  readonly timeUs: number;
  readonly state: PlayerState;
  /** Height of the picture shown, pixels; null before the first one. */
  readonly heightPx: number | null;
  /** Media ahead of the playhead that can be played. */
  readonly bufferSeconds: number;
  readonly positionSeconds: number;
  /** What happened at this time, if anything did. */
  readonly event: PlayerEvent | null;
}

export type PlayerEvent = 'play' | 'stall' | 'resume' | 'seek' | 'resolution';
