import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../common/project-root.js';

/** Reason of a test that skips without the shared data; `npm test` counts them by it. */
export const NO_SHARED_DATA = 'the shared test data is absent';

/**
 * Path of a file or folder of the shared test data, or null if it is absent: then the test skips.
 *
 * Looked for in `VQI_SHARED_DATA`, else in `../shared/data` next to the repository.
 *
 * @throws Error if it is absent and `VQI_REQUIRE_SHARED_DATA` is 1
 * @example sharedData('pcaps', 'video', 'short_test.pcap')
 */
export function sharedData(...parts: string[]): string | null {
  const root = process.env['VQI_SHARED_DATA'] ?? join(projectRoot(), '..', 'shared', 'data');
  const path = join(root, ...parts);
  if (existsSync(path)) return path;
  if (process.env['VQI_REQUIRE_SHARED_DATA'] === '1')
    throw new Error(`${path} is missing, and VQI_REQUIRE_SHARED_DATA=1 requires it`);
  return null;
}
