/** Writes a line to standard error: progress and hints. Results go to standard output. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}
