import { createReadStream, type ReadStream, type Stats } from 'node:fs';
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { VqiError } from '../common/vqi-error.js';
import { namedPathsState, readNamedPaths, type NamedPath } from './named-paths.js';

/** A path that workflows may not use on this worker. */
export class PathNotAllowedError extends VqiError {
  override readonly name = 'PathNotAllowedError';
  override readonly retry = 'never';
}

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/**
 * Files that workflows may use on this worker, whoever started them: inputs in the roots, in the home folder, or named by a
 * command of the worker's user; outputs in the home folder or named by a command. Links count as the files that they lead
 * to. Activities read files that others made through this class alone (ESLint).
 */
export class ConfinedFiles {
  /** The roots without links, and the state of the file of named paths that they are from. */
  readonly #resolved = new Map<
    NamedPath['kind'],
    { readonly state: string; readonly roots: readonly string[] }
  >();

  constructor(
    private readonly home: string,
    private readonly inputRoots: readonly string[],
  ) {}

  /** @throws PathNotAllowedError */
  async requireInputs(paths: readonly string[]): Promise<void> {
    await this.#require('input', paths, () => {
      const folders = [...this.inputRoots, this.home].join(', ');
      return `a folder that this worker reads (${folders}): add its folder to VQI_INPUT_ROOTS of the worker, or`;
    });
  }

  /** @throws PathNotAllowedError */
  async requireOutputs(paths: readonly string[]): Promise<void> {
    await this.#require(
      'output',
      paths,
      () => `the folder that this worker writes to (${this.home}): leave it out, or`,
    );
  }

  /** Requires that files of this program are in the home folder. @throws PathNotAllowedError */
  async requireOwn(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const home = await realPathOf(this.home);
    for (const path of paths) {
      const real = await realPathOf(path);
      if (!contains(home, real) || real === home)
        throw new PathNotAllowedError(`${shown(path, real)} is not a file of the home folder ${this.home}`);
    }
  }

  /** The text of an input file. @throws PathNotAllowedError, or the error of reading */
  async text(path: string): Promise<string> {
    await this.requireInputs([path]);
    return await readFile(path, 'utf8');
  }

  /** The names in an input folder. @throws PathNotAllowedError, or the error of reading */
  async names(folder: string): Promise<string[]> {
    await this.requireInputs([folder]);
    return await readdir(folder);
  }

  /** Size, kind and times of what an input path leads to; null if there is nothing. @throws PathNotAllowedError */
  async status(path: string): Promise<Stats | null> {
    await this.requireInputs([path]);
    return await stat(path).catch(() => null);
  }

  /** Whether there is something at a path beside an input; nothing of it is read. */
  async exists(path: string): Promise<boolean> {
    return await stat(path).then(
      () => true,
      () => false,
    );
  }

  /** @throws PathNotAllowedError */
  async stream(path: string): Promise<ReadStream> {
    await this.requireInputs([path]);
    return createReadStream(path);
  }

  /** @param remedy the folders that are allowed, and a first way out */
  async #require(kind: NamedPath['kind'], paths: readonly string[], remedy: () => string): Promise<void> {
    if (paths.length === 0) return;
    let roots = await this.#roots(kind);
    for (const path of paths) {
      const real = await realPathOf(path);
      const isIn = (): boolean => roots.some((root) => contains(root, real));
      // A link of a root may lead elsewhere since it was followed.
      if (!isIn()) roots = await this.#resolveRoots(kind);
      if (!isIn())
        throw new PathNotAllowedError(
          `${shown(path, real)} is not in ${remedy()} name it in a vqi command on the worker's machine`,
        );
    }
  }

  async #roots(kind: NamedPath['kind']): Promise<readonly string[]> {
    const known = this.#resolved.get(kind);
    return known?.state === (await namedPathsState(this.home)) ? known.roots : await this.#resolveRoots(kind);
  }

  async #resolveRoots(kind: NamedPath['kind']): Promise<readonly string[]> {
    // Before the file is read: what is added meanwhile is read the next time.
    const state = await namedPathsState(this.home);
    const named = (await readNamedPaths(this.home)).filter((each) => each.kind === kind);
    const configured = kind === 'input' ? this.inputRoots : [];
    const roots = await Promise.all(
      [this.home, ...configured, ...named.map(({ path }) => path)].map((root) => realPathOf(root)),
    );
    this.#resolved.set(kind, { state, roots });
    return roots;
  }
}

/** The path without links. The part that does not exist yet is kept, but a link to what does not exist is followed. */
async function realPathOf(path: string, links = 0): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || links > MOST_LINKS || dirname(absolute) === absolute)
      throw new PathNotAllowedError(
        `${path} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      );
    const target = await readlink(absolute).catch(() => null);
    const folder = await realPathOf(dirname(absolute), links + 1);
    return target === null
      ? join(folder, basename(absolute))
      : await realPathOf(resolve(folder, target), links + 1);
  }
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function shown(path: string, real: string): string {
  return resolve(path) === real ? path : `${path} (a link to ${real})`;
}
