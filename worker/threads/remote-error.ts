import { VqiError, type Retry } from '../../common/vqi-error.js';

/** An error of another thread or process, with its name and whether a retry can help. */
export class RemoteError extends VqiError {
  constructor(
    override readonly name: string,
    message: string,
    stack: string | undefined,
    override readonly retry: Retry,
  ) {
    super(message);
    if (stack !== undefined) this.stack = stack;
  }
}
