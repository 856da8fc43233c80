import { numbersOf } from '../fuzz-options.js';
import { runDatasetFuzz } from './run-fuzz-datasets.js';

const PROGRESS_CASES = 1000;

const { cases, seed } = numbersOf(20_000);
console.log(`${cases} cases, seed ${seed}`);
const totals = await runDatasetFuzz({
  seed,
  cases,
  onProgress: (begun) => {
    if (begun > 0 && begun % PROGRESS_CASES === 0) console.log(`${begun} cases begun`);
  },
  onLost: (lost) => console.log(`lost: seed ${lost.seed}, a mutant of ${lost.fixture}: ${lost.reason}`),
});
console.log(
  `${totals.cases} cases: ${totals.rows} rows read, ${totals.refused} cases refused (of these, ${totals.lost} crashed the reading process or came to no end in it), ` +
    `at most ${(totals.mostMemoryBytes / 2 ** 20).toFixed(0)} MiB and ${(totals.slowestMs / 1000).toFixed(1)} s`,
);
