import { createReadStream } from 'node:fs';
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { isInBucket, resolvePath } from '../common/resolve-path.js';
import { shellWord } from '../common/shell-word.js';
import { sizeAndTime, type PathStatus } from '../common/size-and-time.js';
import { VqiError } from '../common/vqi-error.js';
import { Buckets } from '../store/buckets.js';
import { MissingObjectError } from '../store/object-store.js';
import type { CaptureFile } from '../warehouse/captures/load-capture.js';
import { namedPathsState, readNamedPaths, type NamedPath } from './named-paths.js';

/** A path that workflows may not use on this worker. */
export class PathNotAllowedError extends VqiError {
  override readonly name = 'PathNotAllowedError';
  override readonly retry = 'never';
}

/** Whether reading failed because there is nothing at the path. */
export function isMissing(error: unknown): boolean {
  if (error instanceof MissingObjectError) return true;
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/**
 * Files, and objects in buckets, that workflows may use on this worker, whoever started them: inputs in the roots, in the home
 * folder, or named by a command of the worker's user; outputs in the home folder or named by a command. Links count as the files
 * that they lead to. Activities read files that others made through this class alone (ESLint).
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
    /** Their paths are not checked there. */
    readonly buckets = new Buckets(),
  ) {}

  /** @throws PathNotAllowedError */
  async requireInputs(paths: readonly string[]): Promise<void> {
    await this.#require('input', paths, (real) => {
      const folders = [...this.inputRoots, this.home].join(', ');
      const roots = [...this.inputRoots, folderOf(real)].join(delimiter);
      return `a folder that this worker reads (${folders}): start the worker, or the command, with VQI_INPUT_ROOTS=${shellWord(roots)} vqi …, or`;
    });
  }

  /** @throws PathNotAllowedError */
  async requireOutputs(paths: readonly string[]): Promise<void> {
    const inBucket = paths.find(isInBucket);
    if (inBucket !== undefined)
      throw new PathNotAllowedError(
        `${inBucket}: results are written to folders, not to buckets; name a folder`,
      );
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
    return isInBucket(path) ? await this.buckets.text(path) : await readFile(path, 'utf8');
  }

  /** The names in an input folder. @throws PathNotAllowedError, or the error of reading */
  async names(folder: string): Promise<string[]> {
    await this.requireInputs([folder]);
    return isInBucket(folder) ? await this.buckets.names(folder) : await readdir(folder);
  }

  /** What an input path leads to; null if there is nothing. @throws PathNotAllowedError, StoreError */
  async status(path: string): Promise<PathStatus | null> {
    await this.requireInputs([path]);
    return isInBucket(path) ? await this.buckets.status(path) : ((await statusOf(path))?.status ?? null);
  }

  /** Whether there is something at a path beside an input; nothing of it is read. @throws StoreError */
  async exists(path: string): Promise<boolean> {
    return isInBucket(path) ? await this.buckets.exists(path) : (await statusOf(path)) !== null;
  }

  /** @throws PathNotAllowedError, StoreError, or the error of reading */
  async stream(path: string): Promise<Readable> {
    await this.requireInputs([path]);
    return isInBucket(path) ? await this.buckets.stream(path) : createReadStream(path);
  }

  /**
   * All files below an input folder but hidden ones, sorted by path. Links are followed, also to folders, and every folder is
   * read once; broken links are ignored.
   * @param skip gets what cannot be read
   * @throws PathNotAllowedError, StoreError
   */
  async below(folder: string, skip: (path: string, error: unknown) => void): Promise<CaptureFile[]> {
    await this.requireInputs([folder]);
    const found = isInBucket(folder)
      ? (
          await this.buckets.below(folder, (path, reason) => skip(path, new PathNotAllowedError(reason)))
        ).filter(({ path }) => !path.slice(folder.length).includes('/.'))
      : await this.#filesBelow(folder, new Set(), skip);
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async #filesBelow(
    folder: string,
    visited: Set<string>,
    skip: (path: string, error: unknown) => void,
  ): Promise<CaptureFile[]> {
    const { identity = '' } = (await statusOf(folder)) ?? {};
    if (visited.has(identity)) return [];
    visited.add(identity);
    const found: CaptureFile[] = [];
    const names = await this.names(folder).catch((error: unknown) => skip(folder, error));
    for (const name of names ?? []) {
      if (name.startsWith('.')) continue;
      const path = join(folder, name);
      const target = await this.status(path).catch((error: unknown) => skip(path, error));
      if (target?.kind === 'file') found.push({ path, bytes: target.bytes, modifiedUs: target.modifiedUs });
      else if (target?.kind === 'folder') found.push(...(await this.#filesBelow(path, visited, skip)));
    }
    return found;
  }

  /** @param remedy the folders that are allowed, and a first way out */
  async #require(
    kind: NamedPath['kind'],
    paths: readonly string[],
    remedy: (real: string) => string,
  ): Promise<void> {
    if (paths.length === 0) return;
    let roots = await this.#roots(kind);
    for (const path of paths) {
      const real = await realPathOf(path);
      const isIn = (): boolean => roots.some((root) => contains(root, real));
      // A link of a root may lead elsewhere since it was followed.
      if (!isIn()) roots = await this.#resolveRoots(kind);
      if (!isIn())
        throw new PathNotAllowedError(
          `${shown(path, real)} is not in ${remedy(real)} name it in a vqi command on the worker's machine`,
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
  const absolute = resolvePath(path);
  if (isInBucket(absolute)) return absolute;
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
  if (isInBucket(folder) || isInBucket(path)) return path === folder || path.startsWith(`${folder}/`);
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** A folder to allow for what a path leads to. Nothing of it is read: it is not allowed yet. */
function folderOf(real: string): string {
  if (extname(real) === '') return real;
  return isInBucket(real) ? real.slice(0, real.lastIndexOf('/')) : dirname(real);
}

function shown(path: string, real: string): string {
  return resolvePath(path) === real ? path : `${path} (a link to ${real})`;
}

/** Null if there is nothing. `identity` is the same for all paths to one folder. */
async function statusOf(path: string): Promise<{ status: PathStatus; identity: string } | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  return { status: { kind, ...sizeAndTime(found) }, identity: `${found.dev}:${found.ino}` };
}
