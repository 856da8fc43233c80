import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Unfinished files, and what DuckDB swapped out for them. */
const UNFINISHED = /^\..+\.tmp(\..+)?$/;

/** Removes what killed workers left unfinished among the artifacts. Only the owner of the home folder may. */
export async function removeLeftovers(artifacts: string): Promise<void> {
  const names = await readdir(artifacts).catch(() => []);
  for (const name of names.filter((each) => UNFINISHED.test(each)))
    await rm(join(artifacts, name), { recursive: true, force: true });
}
