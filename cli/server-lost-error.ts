import { VqiError } from '../common/vqi-error.js';

/** The Temporal server has ended, or no longer answers. Its database has the state of all runs. */
export class ServerLostError extends VqiError {
  override readonly name = 'ServerLostError';
  override readonly retry = 'later';

  constructor(
    readonly address: string,
    reason: string,
  ) {
    super(`the Temporal server at ${address} ${reason}`);
  }
}
