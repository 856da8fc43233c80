import { parseArgs } from 'node:util';

const SEEDS = 2 ** 31;

/** The options --cases and --seed of a fuzzer. */
export function numbersOf(defaultCases: number): { cases: number; seed: number } {
  const { values } = parseArgs({ options: { cases: { type: 'string' }, seed: { type: 'string' } } });
  const cases = wholeNumber('cases', values.cases ?? String(defaultCases));
  // The default seed differs each time, so that new cases are tried. It is printed, so that the run can be repeated.
  const seed = wholeNumber('seed', values.seed ?? String(process.hrtime()[1] % (SEEDS - cases)));
  return { cases, seed };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 0 && value < SEEDS) return value;
  console.error(`--${name} must be an integer from 0 to ${SEEDS - 1}, not '${text}'`);
  process.exit(2);
}
