import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Unfinished files, and DuckDB's temporary files for them. */
const UNFINISHED = /^\..+\.tmp(\..+)?$/;

/** Removes unfinished files of killed workers from the artifacts. Only the owner of the home folder may call it. */
export async function removeLeftovers(artifacts: string): Promise<void> {
  const names = await readdir(artifacts).catch(() => []);
  for (const name of names.filter((each) => UNFINISHED.test(each)))
    await rm(join(artifacts, name), { recursive: true, force: true });
}
