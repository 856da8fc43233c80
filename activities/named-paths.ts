import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const namedPathSchema = z.object({ kind: z.enum(['input', 'output']), path: z.string().min(1) });

/** A path that a command of the worker's user named: workers of this home may read, or write, at it and below it. */
export type NamedPath = z.infer<typeof namedPathSchema>;

const fileIn = (home: string): string => join(home, 'named-paths.jsonl');

/** The paths that commands have named so far; no activity writes their file. */
export async function readNamedPaths(home: string): Promise<NamedPath[]> {
  const text = await readFile(fileIn(home), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return [namedPathSchema.parse(JSON.parse(line))];
    } catch {
      // A line that a full disk cut off names nothing.
      return [];
    }
  });
}

/** A text that changes when a command names another path. */
export async function namedPathsState(home: string): Promise<string> {
  const found = await stat(fileIn(home)).catch(() => null);
  return found === null ? 'none' : `${found.mtimeMs} ${found.size}`;
}

export async function addNamedPaths(home: string, paths: readonly NamedPath[]): Promise<void> {
  const known = new Set((await readNamedPaths(home)).map(lineOf));
  const lines = paths.map(lineOf).filter((line) => !known.has(line));
  if (lines.length > 0) await appendFile(fileIn(home), `\n${lines.join('\n')}\n`);
}

function lineOf({ kind, path }: NamedPath): string {
  return JSON.stringify({ kind, path });
}
