import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../common/project-root.js';

/**
 * Writes programs by which commands of the documentation run anywhere: `vqi`, which is short for `npm run vqi --`; the two
 * ways to call it by npm; and DuckDB's own program, whose queries `vqi query` answers.
 */
export async function shim(folder: string): Promise<void> {
  const root = projectRoot();
  const vqi = `'${process.execPath}' '${join(root, 'dist', 'cli', 'main.js')}'`;
  const scripts = {
    vqi: `exec ${vqi} "$@"`,
    npm: `case "$1 $2" in
"start --") shift 2; exec ${vqi} start "$@" ;;
"run vqi") shift 3; exec ${vqi} "$@" ;;
"run worker") exec ${vqi} worker ;;
"run simulate") shift 3; exec ${vqi} simulate "$@" ;;
*) exec "$(dirname '${process.execPath}')/npm" --prefix '${root}' "$@" ;;
esac`,
    duckdb: `shift; exec ${vqi} query "$@"`,
  };
  for (const [name, script] of Object.entries(scripts))
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
