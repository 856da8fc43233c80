/**
 * What is wrong with text that `JSON.parse` refused: with the place if it is known, and without V8's quotation of the text,
 * which may be of any file.
 */
export function jsonFaultText(error: unknown): string {
  const [place] = /at position \d+( \(line \d+ column \d+\))?/.exec(String(error)) ?? [];
  return `is not valid JSON${place === undefined ? '' : ` ${place}`}`;
}
