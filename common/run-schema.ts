import { hashedName } from './file-name.js';

const LONGEST = 200;

/**
 * The schema with the tables of one run: `run <id>`. DuckDB ignores the case of names, so that ids with capital letters, and
 * those that are no names, get a hash (`file-name.ts`).
 */
export function runSchema(runId: string): string {
  const isPlain = runId === runId.toLowerCase() && runId.length <= LONGEST && !/[~\p{C}]/u.test(runId);
  return `run ${isPlain ? runId : hashedName(runId)}`;
}
