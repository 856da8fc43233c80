import { hostname } from 'node:os';
import { resolvePath } from '../../common/resolve-path.js';
import { ORIGIN_FILES, type DataOrigin } from '../../schemas/data-origin.js';
import type { ConfinedFiles } from '../confined-files.js';
import { nothingAt } from './nothing-at.js';

/**
 * Origins of captures, by the manifests in the folder `path` and in its parent folder (the folder of a file).
 * @throws InputFileError if there is no such file or folder: nobody knows then
 */
export async function originFlagsAt(
  path: string,
  files: ConfinedFiles,
): Promise<Record<DataOrigin, boolean>> {
  await requireThere(path, files);
  const folders = [resolvePath(path), resolvePath(path, '..')];
  const has = async (file: string): Promise<boolean> => {
    for (const folder of folders) if (await files.exists(resolvePath(folder, file))) return true;
    return false;
  };
  return { simulated: await has(ORIGIN_FILES.simulated), spliced: await has(ORIGIN_FILES.spliced) };
}

/** @throws InputFileError if there is no such file or folder on this machine, PathNotAllowedError */
export async function requireThere(path: string, files: ConfinedFiles): Promise<void> {
  if ((await files.status(path)) === null)
    throw nothingAt(path, `no such file or folder on the worker's machine (${hostname()})`);
}
