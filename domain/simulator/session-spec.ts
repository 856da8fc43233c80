/** What session to simulate. The same specification gives the same bytes. */
export interface SessionSpec {
  readonly sessionId: string;
  /** With sessionId it decides all that is random. */
  readonly seed: number;
  /** The rung, constant over the session; one of 144, 240, 360, 480, 720, 1080, 1440, 2160. */
  readonly heightPx: number;
  /** Length of the capture. */
  readonly durationSeconds: number;
  /** Start of the capture, integer microseconds since the Unix epoch, UTC. */
  readonly startUs: number;
  readonly transport: 'tcp' | 'quic';
  readonly service: 'netflix';
  /** The title's bitrate as a multiple of the rung's; default drawn from the seed, 0.6 to 1.6. */
  readonly titleFactor?: number;
}

/** What really happened, to compare an inference with. Times are microseconds since the epoch. */
export interface SessionTruth {
  /** One per request, in the order of the requests. */
  readonly segments: readonly TrueSegment[];
  /** What the player shows from each time on. */
  readonly resolutions: readonly { readonly timeUs: number; readonly heightPx: number }[];
}

/** What one request brought. */
export interface TrueSegment {
  readonly kind: 'page' | 'video' | 'audio';
  readonly requestUs: number;
  /** Transport payload. */
  readonly downstreamBytes: number;
  readonly lastByteUs: number;
}
