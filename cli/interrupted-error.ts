/** Ctrl-C or SIGTERM. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor(readonly signal: 'SIGINT' | 'SIGTERM') {
    super('stopped');
  }
}
