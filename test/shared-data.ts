import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of a file or folder of the shared test data, or null where it is absent (then the test skips, with a message).
 *
 * Looked for in `VQI_SHARED_DATA`, else in `../shared/data` beside the repository.
 *
 * @example sharedData('pcaps', 'video', 'short_test.pcap')
 */
export function sharedData(...parts: string[]): string | null {
  const root = process.env['VQI_SHARED_DATA'] ?? join(repositoryRoot(), '..', 'shared', 'data');
  const path = join(root, ...parts);
  return existsSync(path) ? path : null;
}

/** Folder that holds package.json: compiled tests run from an output folder below it. */
export function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the tests');
    folder = parent;
  }
  return folder;
}
