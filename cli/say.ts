/** Writes a line to standard error: progress and hints, apart from the results on standard output. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}
