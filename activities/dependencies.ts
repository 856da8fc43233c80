import { join, sep } from 'node:path';
import { runIdOf } from '../common/build-id.js';
import { fileName } from '../common/file-name.js';
import type { Compute } from './computing/compute.js';
import type { ConfinedFiles } from './confined-files.js';
import type { SharedInputs } from './shared-inputs.js';
import type { StoredFiles } from './stored-files.js';

/** What the worker (or a test) passes to activities. */
export interface ActivityDependencies {
  /** Absolute folder of the warehouse, the artifacts and the results of runs. */
  readonly home: string;
  /** Id of the warehouse in it; runs are bound to it. */
  readonly warehouseId: string;
  readonly compute: Compute;
  /** Files that workflows may use. */
  readonly files: ConfinedFiles;
  /** Files that other machines need, or have made. */
  readonly stored: StoredFiles;
  /** Captures for other machines. */
  readonly inputs: SharedInputs;
  /** Runs with more captures read them in batches. */
  readonly batchesAbove: number;
  /** Hash of the code that trains and scores: scores of other code are not reused. */
  readonly codeVersion: string;
  /** Names of the search attributes of runs that the server has. */
  readonly runAttributes: readonly string[];
  /** Key of Crypto-PAn, 32 bytes; undefined: captures cannot be anonymised. Kept in memory only. */
  readonly anonymiseKey?: Uint8Array | undefined;
}

/** Paths below the home folder. */
export interface HomePaths {
  readonly home: string;
  readonly warehouse: string;
  readonly artifacts: string;
  /** Scored folds of trials, named by a hash of their inputs. */
  readonly trials: string;
  /** Decoded captures that are not yet in the warehouse. */
  readonly decoded: string;
  /** Folders of the results of runs. */
  readonly runs: string;
  /** Folder to write results to: of one run, or of a build that is to replace it. */
  run(buildId: string): string;
  /** Paths in the folder of a build as they are when it is finished. */
  finished(buildId: string, files: readonly string[]): string[];
}

export function homePaths(home: string): HomePaths {
  const run = (buildId: string): string => join(home, 'runs', fileName(buildId));
  return {
    home,
    warehouse: join(home, 'warehouse.duckdb'),
    artifacts: join(home, 'artifacts'),
    trials: join(home, 'trials'),
    decoded: join(home, 'decoded'),
    runs: join(home, 'runs'),
    run,
    finished(buildId, files) {
      const folder = run(buildId);
      return files.map((file) =>
        file.startsWith(`${folder}${sep}`) ? `${run(runIdOf(buildId))}${file.slice(folder.length)}` : file,
      );
    },
  };
}
