import { parentPort, workerData } from 'node:worker_threads';
import { checkCase } from './check-case.js';
import { fuzzCase } from './fuzz-case.js';
import { readFixtures } from './read-fixtures.js';
import { CASE_CELL, type FuzzFailure, type FuzzTotals, type ThreadInput } from './run-fuzz.js';

/** One in this many cases is decoded repeatedly. */
const READ_TWICE_SHARE = 4;

const { seed, cases, cells } = workerData as ThreadInput;

async function run(): Promise<FuzzTotals | FuzzFailure> {
  const fixtures = readFixtures();
  const totals = { cases: 0, refused: 0, packets: 0, fixtures: fixtures.length, mostMemoryBytes: 0 };
  for (let number = 0; number < cases; number++) {
    Atomics.store(cells, CASE_CELL, number);
    const one = fuzzCase(seed + number, fixtures);
    try {
      const result = await checkCase(one, number % READ_TWICE_SHARE === 0);
      totals.cases++;
      totals.packets += result.packets;
      totals.refused += result.isRefused ? 1 : 0;
      totals.mostMemoryBytes = Math.max(totals.mostMemoryBytes, result.memoryBytes);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { number, fixture: one.fixture, reason };
    }
  }
  return totals;
}

parentPort?.postMessage(await run());
