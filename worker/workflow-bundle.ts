import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';
import { projectRoot } from '../common/project-root.js';

const WORKFLOWS = fileURLToPath(new URL('../workflows', import.meta.url));
/** Compiled files that the bundle may contain. */
const SOURCES = [
  WORKFLOWS,
  ...['../common', '../schemas'].map((folder) => fileURLToPath(new URL(folder, import.meta.url))),
];
const BUNDLE = fileURLToPath(new URL('../workflow-bundle.cjs', import.meta.url));
const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS']);
const SOURCE_MAP = /(\/\/# sourceMappingURL=data:[^,]*base64,)([A-Za-z0-9+/=]+)/;

/** What the workflows have beside their own code. */
export interface BundleParts {
  /** Module of a failure converter. */
  readonly failureConverterPath?: string | undefined;
  /** Module of interceptors, for traces. */
  readonly interceptorModule?: string | undefined;
}

/**
 * The code of the workflows in one file; rebuilt if what it was made of has changed. A package contains it ready-made, because
 * the folder that it is installed in may be read-only. With other parts it is another file, or only in memory.
 */
export async function workflowBundle({
  failureConverterPath,
  interceptorModule,
}: BundleParts = {}): Promise<WorkflowBundleOption> {
  const parts = [
    failureConverterPath === undefined ? '' : '-encrypted',
    interceptorModule === undefined ? '' : '-traced',
  ].join('');
  const path = BUNDLE.replace(/\.cjs$/, `${parts}.cjs`);
  const head = `// made of ${sourcesHash()}\n`;
  if (existsSync(path) && readFileSync(path, 'utf8').startsWith(head)) return { codePath: path };
  const made = await bundleWorkflowCode({
    workflowsPath: join(WORKFLOWS, 'index.js'),
    logger: new DefaultLogger('WARN'),
    ...(failureConverterPath === undefined ? {} : { failureConverterPath }),
    ...(interceptorModule === undefined ? {} : { workflowInterceptorModules: [interceptorModule] }),
  });
  const code = `${head}${withoutRoot(made.code)}`;
  const temporary = `${path}.${process.pid}`;
  try {
    await writeFile(temporary, code);
    // Other users of the same installation read it.
    await chmod(temporary, 0o644);
    await rename(temporary, path);
    return { codePath: path };
  } catch (error) {
    if (!UNWRITABLE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return { code };
  }
}

/** Hash of the compiled files, and of package.json, which names the versions of the packages. */
function sourcesHash(): string {
  const hash = createHash('sha256').update(readFileSync(join(projectRoot(), 'package.json')));
  for (const folder of SOURCES) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((each) => each.endsWith('.js')).sort())
      hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

/** The code with a source map that moves by one line, for the head, and names no folder of the machine that made it. */
function withoutRoot(code: string): string {
  return code.replace(SOURCE_MAP, (_, comment: string, base64: string) => {
    const map = JSON.parse(Buffer.from(base64, 'base64').toString()) as { mappings: string };
    const moved = JSON.stringify({ ...map, mappings: `;${map.mappings}` });
    return comment + Buffer.from(moved.replaceAll(projectRoot(), '')).toString('base64');
  });
}
