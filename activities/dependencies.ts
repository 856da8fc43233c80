import { join } from 'node:path';
import type { Compute } from './computing/compute.js';

/** What activities are given by the worker (or by a test). */
export interface ActivityDependencies {
  /** Absolute folder that holds the warehouse, the artifacts and the runs' results. */
  readonly home: string;
  readonly compute: Compute;
  /** Of the code that trains and scores: scores of other code are not taken over. */
  readonly codeVersion: string;
  /** Key of the Crypto-PAn map, 32 bytes; undefined: nothing can be anonymised. Kept in memory only. */
  readonly anonymiseKey?: Uint8Array | undefined;
}

/** Where things lie below the home folder. */
export interface HomePaths {
  readonly warehouse: string;
  readonly artifacts: string;
  /** Scored folds of trials, by what they depend on. */
  readonly trials: string;
  /** Decoded captures on their way into the warehouse. */
  readonly decoded: string;
  /** Results of one run, with names that people can read. */
  run(runId: string): string;
}

export function homePaths(home: string): HomePaths {
  return {
    warehouse: join(home, 'warehouse.duckdb'),
    artifacts: join(home, 'artifacts'),
    trials: join(home, 'trials'),
    decoded: join(home, 'decoded'),
    run: (runId) => join(home, 'runs', runId.replaceAll(/[^A-Za-z0-9._-]|^\.+/g, '_')),
  };
}
