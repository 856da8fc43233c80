/** State of the player: waits for its first segments, plays, waits with an empty buffer, waits after a seek. */
export type PlayerState = 'startup' | 'playing' | 'stalled' | 'seeking';

/** One row of the player's log: its state at a time. */
export interface PlayerSample {
  /** Integer microseconds since the Unix epoch. */
  readonly timeUs: number;
  readonly state: PlayerState;
  /** Height of the picture shown, pixels; null before the first one. */
  readonly heightPx: number | null;
  /** Playable media ahead of the playhead. */
  readonly bufferSeconds: number;
  readonly positionSeconds: number;
  /** Event at this time, if any. */
  readonly event: PlayerEvent | null;
}

export type PlayerEvent = 'play' | 'stall' | 'resume' | 'seek' | 'resolution';
