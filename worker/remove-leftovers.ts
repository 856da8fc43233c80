import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WORKFLOW_FILE } from '../activities/computing/captures.js';
import type { HomePaths } from '../activities/dependencies.js';
import { moveBuildFolder } from '../activities/warehouse/build-folders.js';
import { buildIdOf, buildOf } from '../common/build-id.js';

/** Unfinished files, and DuckDB's temporary files for them. */
const UNFINISHED = /^\..+\.tmp(\..+)?$/;

/**
 * Removes what killed workers left: unfinished artifacts, decoded captures that no running workflow will load, and folders of
 * runs that were not finished. The folder of a run that was finished, but not moved to its name, is moved. Only the owner of the home folder may call it, before any activity runs.
 * @param runIds all runs of the warehouse; null: there is none here
 * @returns what was removed, and what seems to be left from another warehouse, in words
 */
export async function removeLeftovers(
  paths: HomePaths,
  client: Client,
  runIds: readonly string[] | null,
): Promise<string[]> {
  const files = [...(await entriesOf(paths.artifacts)), ...(await entriesOf(paths.trials))];
  const unfinished = files.filter((path) => UNFINISHED.test(basename(path)));
  const decoded: string[] = [];
  for (const path of await entriesOf(paths.decoded))
    if (UNFINISHED.test(basename(path)) || !(await willBeLoaded(path, client))) decoded.push(path);
  const moved = runIds === null ? [] : await moveFinished(paths, runIds);
  const { abandoned, unknown } =
    runIds === null ? { abandoned: [], unknown: [] } : await runFolders(paths, runIds);
  const said = moved.map((runId) => `finished what an ended worker had begun: run ${runId} is replaced`);
  for (const [one, many, found] of [
    ['unfinished artifact', 'unfinished artifacts', unfinished],
    ['decoded capture', 'decoded captures', decoded],
    ['empty folder of a run', 'empty folders of runs', abandoned],
  ] as const) {
    if (found.length === 0) continue;
    const bytes = await bytesBelow(found);
    for (const path of found) await rm(path, { recursive: true, force: true });
    said.push(
      `removed ${found.length} ${found.length === 1 ? one : many} that an ended worker left (${sizeText(bytes)})`,
    );
  }
  if (unknown.length > 0)
    said.push(
      `${unknown.length} ${unknown.length === 1 ? 'folder belongs' : 'folders belong'} to no run of this warehouse (${sizeText(await bytesBelow(unknown))}), for example ${unknown[0]!}: remove what you do not need`,
    );
  return said;
}

/** A folder says which workflow decoded it; one without is from an earlier version. */
async function willBeLoaded(folder: string, client: Client): Promise<boolean> {
  const workflowId = await readFile(join(folder, WORKFLOW_FILE), 'utf8').catch(() => null);
  if (workflowId === null) return false;
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/**
 * Moves the folders of builds whose rows have the name of the run already. The rows of an abandoned build go after its folder.
 * @returns the runs
 */
async function moveFinished(paths: HomePaths, runIds: readonly string[]): Promise<string[]> {
  const known = new Set(runIds);
  const moved: string[] = [];
  for (const runId of runIds.filter((id) => buildOf(id) === null))
    for (const buildId of buildsOf(runId))
      if (!known.has(buildId) && (await moveBuildFolder(paths, buildId, runId))) moved.push(runId);
  return moved;
}

/** The builds that may have become a run: `x (replacing)` and, of a part, `x (replacing)/part-1` too. */
function buildsOf(runId: string): string[] {
  const [, run, part] = /^(.*)(\/part-[0-9]+)$/s.exec(runId) ?? [];
  return [buildIdOf(runId), ...(run === undefined ? [] : [`${buildIdOf(run)}${part!}`])];
}

/** Empty folders, and those with results of runs that the warehouse does not have. */
async function runFolders(
  paths: HomePaths,
  runIds: readonly string[],
): Promise<{ abandoned: string[]; unknown: string[] }> {
  const known = new Set(runIds.map((id) => paths.run(id)));
  const abandoned: string[] = [];
  const unknown: string[] = [];
  for (const path of await entriesOf(paths.runs)) {
    if (known.has(path)) continue;
    if ((await entriesOf(path)).length === 0) abandoned.push(path);
    else unknown.push(path);
  }
  return { abandoned, unknown };
}

async function entriesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((name) => join(folder, name));
}

async function bytesBelow(paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() === true) bytes += await bytesBelow(await entriesOf(path));
    else bytes += found?.size ?? 0;
  }
  return bytes;
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
