import { assignGroups } from '../domain/search/assign-groups.js';
import type { RunConfig } from '../schemas/run-config.js';
import type { AssignGroups } from '../warehouse/build-run.js';

/** How a configuration wants groups divided among the held-out part and the folds. */
export function assignmentOf({ holdoutShare, search, seed }: RunConfig): AssignGroups {
  return (rows) => assignGroups(rows, { holdoutShare, folds: search.folds, seed });
}
