import { VqiError } from '../common/vqi-error.js';

/** A sessions file that cannot be used. The message gives the file, the line and the reason. */
export class SessionsFileError extends VqiError {
  override readonly name = 'SessionsFileError';
  override readonly retry = 'never';

  constructor(
    readonly path: string,
    /** 1-based; null if the error concerns the whole file. */
    readonly line: number | null,
    reason: string,
  ) {
    super(`${path}${line === null ? '' : `, line ${line}`}: ${reason}`);
  }
}
