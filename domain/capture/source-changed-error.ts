/** The source was written to between its fingerprint and its decoding: the rows would stand under the wrong content. */
export class SourceChangedError extends Error {
  override readonly name = 'SourceChangedError';

  constructor(
    readonly expectedBytes: number,
    readonly readBytes: number,
  ) {
    super(`the file changed while it was read: it had ${expectedBytes} bytes, now ${readBytes}`);
  }
}
