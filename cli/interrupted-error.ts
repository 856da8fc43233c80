import { VqiError } from '../common/vqi-error.js';

/** Ctrl-C or SIGTERM. */
export class InterruptedError extends VqiError {
  override readonly name = 'InterruptedError';
  override readonly retry = 'later';

  constructor(readonly signal: 'SIGINT' | 'SIGTERM') {
    super('stopped');
  }
}
