import { existsSync } from 'node:fs';
import { cp, rename, rm, rmdir } from 'node:fs/promises';
import { isRetryBuild, runIdOf } from '../../common/build-id.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { removeBuild, withParts } from '../../warehouse/runs/replace-run.js';
import { runState } from '../../warehouse/runs/searches.js';
import type { HomePaths } from '../dependencies.js';

/** Whether a folder of results contains anything; an empty one is removed. */
export async function hasResults(folder: string): Promise<boolean> {
  await rmdir(folder).catch(() => undefined);
  return existsSync(folder);
}

/**
 * Gives the folder of a finished build the name of its run. A second call finds that it has moved already.
 * @returns whether it moved
 */
export async function moveBuildFolder(paths: HomePaths, buildId: string, runId: string): Promise<boolean> {
  const [from, to] = [paths.run(buildId), paths.run(runId)];
  if (from === to || !(await hasResults(from))) return false;
  if (isRetryBuild(buildId)) {
    // What the folder of the run has besides results stays.
    await cp(from, to, { recursive: true });
    await rm(from, { recursive: true, force: true });
  } else {
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
  }
  return true;
}

/**
 * Removes a build that will not be finished, with its parts: folders first, then rows. So a folder of a build without a row
 * belongs to one that is finished and was not moved yet; it is moved. To be called in a transaction.
 */
export async function discardBuild(warehouse: Warehouse, paths: HomePaths, buildId: string): Promise<void> {
  if (isRetryBuild(buildId)) {
    // The run has its results, and was to get the files.
    if (
      (await runState(warehouse, buildId)) === null &&
      (await runState(warehouse, runIdOf(buildId))) !== null
    )
      await moveBuildFolder(paths, buildId, runIdOf(buildId));
    await rm(paths.run(buildId), { recursive: true, force: true });
    await removeBuild(warehouse, buildId);
    return;
  }
  const runId = runIdOf(buildId);
  for (const id of await withParts(warehouse, runId)) {
    const build = `${buildId}${id.slice(runId.length)}`;
    if ((await runState(warehouse, id)) !== null && (await runState(warehouse, build)) === null)
      await moveBuildFolder(paths, build, id);
  }
  for (const id of await withParts(warehouse, buildId))
    await rm(paths.run(id), { recursive: true, force: true });
  await removeBuild(warehouse, buildId);
}
