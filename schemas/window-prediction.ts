/** Predicted resolution of one window of a session: from the model's probabilities to tables, charts and pages. */
export interface WindowPrediction {
  /** Seconds from the start of the session. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Likeliest height in pixels; null: unknown. */
  readonly predictedPx: number | null;
  /** Probability of the likeliest height; null when unknown. */
  readonly confidence: number | null;
  /** Ascending by height; empty when unknown. */
  readonly probabilities: readonly RungProbability[];
  /** Height that was played; null without a label. */
  readonly truePx: number | null;
  /** Why the window is unknown; null when it is not. */
  readonly unknownReason: string | null;
}

/** Probability of one resolution. */
export interface RungProbability {
  readonly heightPx: number;
  readonly probability: number;
}
