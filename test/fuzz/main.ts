import { parseArgs } from 'node:util';
import { runFuzz } from './run-fuzz.js';

const DEFAULT_CASES = 100_000;
const SEEDS = 2 ** 31;
const PROGRESS_SECONDS = 10;

const { values } = parseArgs({ options: { cases: { type: 'string' }, seed: { type: 'string' } } });
const cases = wholeNumber('cases', values.cases ?? String(DEFAULT_CASES));
// The default seed differs each time, so that new cases are tried. It is printed, so that the run can be repeated.
const seed = wholeNumber('seed', values.seed ?? String(process.hrtime()[1] % (SEEDS - cases)));

console.log(`${cases} cases, seed ${seed}`);
let seconds = 0;
const totals = await runFuzz({
  seed,
  cases,
  onProgress: (begun) => {
    seconds++;
    if (seconds % PROGRESS_SECONDS === 0) console.log(`${begun} cases begun`);
  },
});
console.log(
  `${totals.cases} cases of ${totals.fixtures} captures: ${totals.packets} packets decoded, ` +
    `${totals.refused} cases refused, at most ${(totals.mostMemoryBytes / 2 ** 20).toFixed(1)} MiB per case`,
);

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 0 && value < SEEDS) return value;
  console.error(`--${name} must be an integer from 0 to ${SEEDS - 1}, not '${text}'`);
  process.exit(2);
}
