import { existsSync, readdirSync, statSync } from 'node:fs';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const WORKFLOWS = fileURLToPath(new URL('../workflows', import.meta.url));
/** Compiled files that the bundle may contain. */
const SOURCES = [WORKFLOWS, fileURLToPath(new URL('../common', import.meta.url))];
const BUNDLE = fileURLToPath(new URL('../workflow-bundle.cjs', import.meta.url));

/** The code of the workflows in one file; rebuilt if a file that it may contain is newer. */
export async function workflowBundle(): Promise<{ codePath: string }> {
  if (!isFresh()) {
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(WORKFLOWS, 'index.js'),
      logger: new DefaultLogger('WARN'),
    });
    const temporary = `${BUNDLE}.${process.pid}`;
    await writeFile(temporary, code);
    // Other users of the same installation read it.
    await chmod(temporary, 0o644);
    await rename(temporary, BUNDLE);
  }
  return { codePath: BUNDLE };
}

function isFresh(): boolean {
  if (!existsSync(BUNDLE)) return false;
  const bundledMs = statSync(BUNDLE).mtimeMs;
  return SOURCES.every((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).every(
      (file) => statSync(join(folder, file)).mtimeMs < bundledMs,
    ),
  );
}
