import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ORIGIN_FILES, type DataOrigin } from '../../schemas/data-origin.js';

/** Origins of captures, by the manifests in the folder `path` and in its parent folder (the folder of a file). */
export function originFlagsAt(path: string): Record<DataOrigin, boolean> {
  const folders = [resolve(path), dirname(resolve(path))];
  const has = (file: string): boolean => folders.some((folder) => existsSync(join(folder, file)));
  return { simulated: has(ORIGIN_FILES.simulated), spliced: has(ORIGIN_FILES.spliced) };
}
