import { addNamedPaths } from '../activities/named-paths.js';
import { resolvePath } from '../common/resolve-path.js';
import { pathsIn } from './path-keys.js';

/** Lets workers of this home use the paths in the input of a workflow, because a command of their user named them. */
export async function namePaths(home: string, input: unknown): Promise<void> {
  const paths = pathsIn(input);
  await addNamedPaths(
    home,
    (['input', 'output'] as const).flatMap((kind) =>
      paths[kind].map((path) => ({ kind, path: resolvePath(path) })),
    ),
  );
}
