import { countText } from '../common/count-text.js';

/** How a command prints its answer. */
export interface AnswerOptions {
  readonly json?: boolean | undefined;
}

/**
 * Prints the answer of a command on standard output: with `--json` one JSON document, else a text. Nothing else of the
 * program writes there; progress, hints and warnings go to standard error (`say`).
 * @param answer a list has an item a line, so that it may be long
 * @param text ends with a newline
 */
export function printAnswer({ json }: AnswerOptions, answer: unknown, text: () => string): void {
  if (json !== true) {
    process.stdout.write(text());
    return;
  }
  if (!Array.isArray(answer)) {
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  process.stdout.write('[');
  for (const [at, item] of answer.entries())
    process.stdout.write(`${at === 0 ? '' : ','}\n${JSON.stringify(item)}`);
  process.stdout.write(answer.length === 0 ? ']\n' : '\n]\n');
}

/** Lines of an answer, without the empty ones; ends with a newline. */
export function linesOf(lines: readonly string[]): string {
  return lines
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');
}

/** More charts of timelines are counted: `--json` and the page name them. */
const MOST_CHARTS = 3;

/** The lines of the files that a run wrote. */
export function fileLines(files: readonly string[]): string[] {
  const isChart = (path: string): boolean => path.endsWith('.svg');
  const charts = files.filter(isChart);
  const left = charts.slice(MOST_CHARTS);
  const shown = files.filter((path) => !left.includes(path));
  if (left.length === 0) return shown;
  const at = shown.indexOf(charts[MOST_CHARTS - 1]!) + 1;
  return [
    ...shown.slice(0, at),
    `and ${countText(left.length, 'more chart')} beside them`,
    ...shown.slice(at),
  ];
}
