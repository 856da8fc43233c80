/** A capture that a run leaves out, because it cannot be read: a row of `skipped_captures`. */
export interface SkippedCapture {
  readonly sessionId: string;
  /** Path on the worker's machine. */
  readonly captureName: string;
  readonly reason: string;
}

/** Classes of failures that are the fault of one capture file; any other failure ends the run. */
const CAPTURE_FAULTS = ['CaptureFormatError', 'InputFileError', 'PathNotAllowedError'] as const;

/** Whether failures of a class only leave a capture out. */
export function isCaptureFault(name: string | null | undefined): boolean {
  return CAPTURE_FAULTS.some((fault) => fault === name);
}

/** What is said of captures that cannot be read: `total` of `wanted`, with one as an example. */
export function leftOutText({ captureName, reason }: SkippedCapture, total: number, wanted: number): string {
  const example = `${captureName}: ${reason}`;
  if (total < wanted)
    return total === 1
      ? `1 of ${wanted} captures cannot be read and is left out: ${example}`
      : `${total} of ${wanted} captures cannot be read and are left out, such as ${example}`;
  return wanted === 1 ? example : `none of the ${wanted} captures can be read, such as ${example}`;
}
