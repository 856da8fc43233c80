/**
 * Why the resolution of a window is not predicted. `no media`: no media segment in sight. `untrained service`: the model
 * learnt from other services. `unlike training`: the window or its session is unlike those that the model learnt from.
 * `low confidence`: the probabilities are known, but too many answers with such a confidence were wrong.
 */
export const UNKNOWN_KINDS = ['no media', 'untrained service', 'unlike training', 'low confidence'] as const;

export interface Unknown {
  readonly kind: (typeof UNKNOWN_KINDS)[number];
  /** In words, with the figures. */
  readonly reason: string;
}

/** Predicted resolution of one window of a session: from the model's probabilities to tables, charts and pages. */
export interface WindowPrediction {
  /** Seconds from the start of the session. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Likeliest height in pixels; null: unknown. */
  readonly predictedPx: number | null;
  /** Probability of the likeliest height; null when unknown. */
  readonly confidence: number | null;
  /** Ascending by height; empty when unknown, but for low confidence. */
  readonly probabilities: readonly RungProbability[];
  /** Height that was played; null without a label. */
  readonly truePx: number | null;
  /** Null when the window is predicted. */
  readonly unknown: Unknown | null;
}

/** Probability of one resolution. */
export interface RungProbability {
  readonly heightPx: number;
  readonly probability: number;
}
