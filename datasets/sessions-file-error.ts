import { VqiError } from '../common/vqi-error.js';

/** A sessions file that cannot be used; says which file, which line and why. */
export class SessionsFileError extends VqiError {
  override readonly name = 'SessionsFileError';
  override readonly retry = 'never';

  constructor(
    readonly path: string,
    /** 1-based; null where the whole file is meant. */
    readonly line: number | null,
    reason: string,
  ) {
    super(`${path}${line === null ? '' : `, line ${line}`}: ${reason}`);
  }
}
