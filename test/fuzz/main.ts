import { numbersOf } from './fuzz-options.js';
import { runFuzz } from './run-fuzz.js';

const PROGRESS_SECONDS = 10;

const { cases, seed } = numbersOf(100_000);
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
