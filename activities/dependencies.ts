import { join } from 'node:path';
import type { Compute } from './computing/compute.js';
import type { ConfinedFiles } from './confined-files.js';

/** What the worker (or a test) passes to activities. */
export interface ActivityDependencies {
  /** Absolute folder of the warehouse, the artifacts and the results of runs. */
  readonly home: string;
  readonly compute: Compute;
  /** Files that workflows may use. */
  readonly files: ConfinedFiles;
  /** Hash of the code that trains and scores: scores of other code are not reused. */
  readonly codeVersion: string;
  /** Key of Crypto-PAn, 32 bytes; undefined: captures cannot be anonymised. Kept in memory only. */
  readonly anonymiseKey?: Uint8Array | undefined;
}

/** Paths below the home folder. */
export interface HomePaths {
  readonly warehouse: string;
  readonly artifacts: string;
  /** Scored folds of trials, named by a hash of their inputs. */
  readonly trials: string;
  /** Decoded captures that are not yet in the warehouse. */
  readonly decoded: string;
  /** Results of one run, in files with readable names. */
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
