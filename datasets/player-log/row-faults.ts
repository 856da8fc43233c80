import type { MalformedRows } from '../../schemas/player-log.js';
import { PlayerLogError } from './player-log-error.js';

/** Counts the rows of a log that are not understood, and keeps the first. */
export class RowFaults {
  #rows = 0;
  #first: PlayerLogError | null = null;

  add(fault: PlayerLogError): void {
    this.#rows += 1;
    this.#first ??= fault;
  }

  /** Result of `read`; `otherwise` if it throws a PlayerLogError, which is counted. */
  attempt<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof PlayerLogError)) throw error;
      this.add(error);
      return otherwise;
    }
  }

  /**
   * Null if every row was understood.
   * @param rows number of rows of the log, malformed ones included
   * @throws PlayerLogError if most of them were not understood
   */
  ofAll(rows: number): MalformedRows | null {
    if (this.#first === null) return null;
    if (this.#rows * 2 > rows) {
      // Where nothing is understood, the file may be anything, and what it contains is not quoted.
      const first =
        this.#rows < rows ? this.#first.message : this.#first.message.replaceAll(/"(?:[^"\\]|\\.)*"/g, '…');
      throw new PlayerLogError(
        null,
        `${this.#rows} of ${rows} rows are not understood, so that this is no player log of a known format; the first: ${first}`,
      );
    }
    return { rows: this.#rows, first: this.#first.message };
  }
}
