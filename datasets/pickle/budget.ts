import { PickleError } from './pickle-error.js';

/**
 * What may be made out of a file beyond the file itself. A memo lets a few bytes name a long text again and again; each
 * copy is paid for here, so that what is made stays in proportion to what was read.
 */
export class Budget {
  private spent = 0;

  constructor(
    private readonly limit: number,
    private readonly what: string,
  ) {}

  /** @throws PickleError once more than the limit was spent. */
  spend(amount: number, byteOffset: number | null): void {
    this.spent += amount;
    if (this.spent > this.limit) {
      throw new PickleError(`the pickle expands to more than ${this.limit} ${this.what}`, {
        kind: 'too-big',
        byteOffset,
      });
    }
  }
}
