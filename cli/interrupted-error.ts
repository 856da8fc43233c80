import { VqiError } from '../common/vqi-error.js';

/** Signals that end a command: Ctrl-C, a request to end, and a closed terminal. */
export const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** A signal of ENDING_SIGNALS. */
export class InterruptedError extends VqiError {
  override readonly name = 'InterruptedError';
  override readonly retry = 'later';

  constructor(readonly signal: EndingSignal) {
    super('stopped');
  }
}
