import { closeSync, openSync, writeSync } from 'node:fs';

/**
 * Writes rows as newline-delimited JSON. Writing is synchronous: for threads, where nothing waits for the event loop.
 */
export class LinesWriter<Row> {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  write(rows: readonly Row[]): void {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
  }

  close(): void {
    closeSync(this.#file);
  }
}
