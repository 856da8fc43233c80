import { join } from 'node:path';
import type { IdKind } from '../../warehouse/reading/id-kinds.js';
import { knownIds } from '../../warehouse/reading/known-ids.js';
import { readSettings } from '../settings.js';

/**
 * `vqi known-ids KIND BEGIN`: the ids that a shell suggests, one a line. A shell has no place for errors, and must not wait:
 * where the warehouse cannot be read at once, there is no suggestion.
 */
export async function runKnownIdsCommand(kind: IdKind, begin: string | undefined): Promise<void> {
  const path = join(readSettings().home, 'warehouse.duckdb');
  const ids = await knownIds(path, kind, begin ?? '').catch(() => []);
  // A line break would make two suggestions of one.
  process.stdout.write(
    ids
      .filter((id) => !/[\n\r]/.test(id))
      .map((id) => `${id}\n`)
      .join(''),
  );
}
