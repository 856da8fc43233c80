/** A capture that a run leaves out, because it cannot be read: a row of `skipped_captures`. */
export interface SkippedCapture {
  readonly sessionId: string;
  /** Path on the worker's machine. */
  readonly captureName: string;
  readonly reason: string;
}
