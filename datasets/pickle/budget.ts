import { PickleError } from './pickle-error.js';

/**
 * Limits the memory that a pickle expands to. A memo lets a few bytes refer to a long text repeatedly; each copy is
 * counted here, so that memory stays in proportion to the file size.
 */
export class Budget {
  private spent = 0;

  constructor(
    private readonly limit: number,
    private readonly unit: string,
  ) {}

  /** @throws PickleError if the total exceeds the limit */
  spend(amount: number, byteOffset: number | null): void {
    this.spent += amount;
    if (this.spent > this.limit) {
      throw new PickleError(`the pickle expands to more than ${this.limit} ${this.unit}`, {
        kind: 'too-big',
        byteOffset,
      });
    }
  }
}
