/** What the viewer of one session saw, in short: a row of `sessions_summary`. */
export interface SessionAnswer {
  /** Null: a capture without a session. */
  readonly sessionId: string | null;
  readonly captureName: string;
  readonly service: string | null;
  readonly clientAddress: string | null;
  /** Milliseconds since 1970. */
  readonly beganMs: number | null;
  readonly seconds: number | null;
  /** With and without an answer; null: no model was applied. */
  readonly windows: number | null;
  /** Predicted for most of the windows answered. */
  readonly resolutionPx: number | null;
  /** Of the windows answered. */
  readonly resolutionShare: number | null;
  readonly switches: number | null;
  /** Mean of the windows answered. */
  readonly confidence: number | null;
  /** Of all windows. */
  readonly unknownShare: number | null;
  /** Of most unknown windows. */
  readonly unknownKind: string | null;
  readonly unknownReason: string | null;
  /** Why there is nothing to judge; null if there is. */
  readonly note: string | null;
}

/** The first sessions of a run, and how many there are. */
export interface SessionAnswers {
  readonly answers: readonly SessionAnswer[];
  readonly all: number;
}
