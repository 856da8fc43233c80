/** A capture that a run leaves out, because it cannot be read: a row of `skipped_captures`. */
export interface SkippedCapture {
  readonly sessionId: string;
  /** Path on the worker's machine. */
  readonly captureName: string;
  readonly reason: string;
}

/** Classes of failures that are the fault of one capture file; any other failure ends the run. */
export type CaptureFault = 'CaptureFormatError' | 'InputFileError' | 'PathNotAllowedError';
