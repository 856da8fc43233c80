import { assignSessions } from '../learning/search/assign-sessions.js';
import type { RunConfig } from '../schemas/run-config.js';
import type { AssignSessions } from '../warehouse/features/build-features.js';

/** How a configuration wants sessions divided among the held-out part and the folds. */
export function assignmentOf({ holdoutShare, split, search, seed }: RunConfig): AssignSessions {
  return (rows) => assignSessions(rows, { holdoutShare, part: split.part, folds: search.folds, seed });
}
