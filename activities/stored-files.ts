import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { create, extract } from 'tar';
import type { ArtifactRef } from '../schemas/artifact.js';
import { fetchJson, fetchObject, putJson } from '../store/fetch-object.js';
import { MissingObjectError, type ObjectStore } from '../store/object-store.js';
import { fingerprint, temporaryPath } from './artifacts.js';
import { PathNotAllowedError } from './confined-files.js';

/** Names of artifacts: nothing that leads out of their folder. */
const ARTIFACT_NAME = /^[A-Za-z0-9_-]+-[0-9a-f]{16}\.[a-z0-9]+$/;
/** Scored folds, and folders of decoded captures. */
const OWN_NAME = /^(trials\/[0-9a-f]{32}\.json|decoded\/[0-9a-f]{15})$/;

const PACKED_NAME = /^decoded\/[0-9a-f]{15}-[0-9a-f]{16}\.tgz$/;

/** A file that was used in this time stays in a bounded folder: an activity may be about to open it. */
const FRESH_MS = 15 * 60_000;

/** Folders of a home, absolute. */
export interface StoredFolders {
  readonly home: string;
  readonly artifacts: string;
  readonly trials: string;
  readonly decoded: string;
}

/** A decoded capture in the store: one compressed file. */
export interface PackedCapture {
  /** Name in the store. */
  readonly object: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * The files of a home that activities on other machines need or have made. Without a store, all of them are in the home
 * folder, and nothing is copied.
 */
export class StoredFiles {
  /** Artifacts that the store is known to have. */
  readonly #kept = new Set<string>();
  readonly #arriving = new Map<string, Promise<void>>();

  /** @param cacheBytes most bytes of artifacts that are kept on this machine; null: all, because it has the warehouse, which names them */
  constructor(
    private readonly paths: StoredFolders,
    readonly store: ObjectStore | null,
    private readonly cacheBytes: number | null = null,
  ) {}

  /** Where an artifact is on this machine. @throws PathNotAllowedError if it is no name of one */
  artifactPath(name: string): string {
    if (!ARTIFACT_NAME.test(name)) throw new PathNotAllowedError(`${name} is no name of an artifact`);
    return join(this.paths.artifacts, name);
  }

  /** Name of the artifact that a path of any machine names; null if it is no such path. */
  nameIn(path: string): string | null {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return ARTIFACT_NAME.test(name) ? name : null;
  }

  /** Name of an artifact at `path`; null if it is no artifact of this home. */
  artifactName(path: string): string | null {
    return dirname(path) === this.paths.artifacts && ARTIFACT_NAME.test(basename(path))
      ? basename(path)
      : null;
  }

  /** Where scored folds, or the folder of a decoded capture, are on this machine; null if it is no such name. */
  ownPath(name: string): string | null {
    return OWN_NAME.test(name) ? join(this.paths.home, name) : null;
  }

  /** Name of scored folds, or of the folder of a decoded capture, at `path`; null if it is none of this home. */
  ownName(path: string): string | null {
    const name = relative(this.paths.home, path).replaceAll(sep, '/');
    return OWN_NAME.test(name) ? name : null;
  }

  /** Brings an artifact to this machine, unless it is here. @throws StoreError, MissingObjectError */
  async bring({ name, sha256 }: Pick<ArtifactRef, 'name' | 'sha256'>): Promise<void> {
    if (this.store === null) return;
    const path = this.artifactPath(name);
    if (existsSync(path)) {
      const now = new Date();
      if (this.cacheBytes !== null) await utimes(path, now, now).catch(() => undefined);
      return;
    }
    const { store } = this;
    let arrival = this.#arriving.get(name);
    if (arrival === undefined) {
      arrival = fetchObject(store, `artifacts/${name}`, path, sha256).finally(() =>
        this.#arriving.delete(name),
      );
      this.#arriving.set(name, arrival);
    }
    await arrival;
    await this.#prune();
  }

  /** Keeps an artifact of this machine in the store, unless it is there. @throws StoreError */
  async keep(name: string): Promise<void> {
    const path = this.artifactPath(name);
    if (this.store === null || this.#kept.has(name) || !existsSync(path)) return;
    if ((await this.store.status(`artifacts/${name}`)) === null)
      await this.store.put(`artifacts/${name}`, path);
    this.#kept.add(name);
  }

  /** Adds the scored folds of a trial that the store has to those here, before the trial goes on or is compared. @throws StoreError */
  async bringScores(path: string): Promise<void> {
    const name = this.ownName(path);
    if (this.store === null || name === null) return;
    const stored = await storedScores(this.store, name);
    if (stored.length === 0) return;
    const draft = await temporaryPath(this.paths.trials, 'scores');
    await writeFile(draft, JSON.stringify(union(await scoresAt(path), stored)));
    await rename(draft, path);
  }

  /** Keeps the scored folds of a trial for other machines, beside those that the store has; the file stays. @throws StoreError */
  async keepScores(path: string): Promise<void> {
    const name = this.ownName(path);
    if (this.store === null || name === null) return;
    const stored = await storedScores(this.store, name);
    const all = union(await scoresAt(path), stored);
    if (all.length > stored.length) await putJson(this.store, name, all);
  }

  /**
   * Moves the folder of a decoded capture to the store, as one file; null if there is no store, or if the folder is on the machine of
   * the warehouse already.
   * @throws StoreError
   */
  async pack(folder: string): Promise<PackedCapture | null> {
    if (this.store === null || this.cacheBytes === null) return null;
    const file = await temporaryPath(this.paths.decoded, 'packing');
    try {
      const packing = { file, cwd: folder, gzip: { level: 1 }, portable: true, noMtime: true };
      await create(packing, await readdir(folder));
      const found = await fingerprint(file);
      const object = `decoded/${basename(folder)}-${found.sha256.slice(0, 16)}.tgz`;
      await this.store.put(object, file);
      await rm(folder, { recursive: true, force: true });
      return { object, ...found };
    } finally {
      await rm(file, { force: true });
    }
  }

  /**
   * Brings a decoded capture to `folder`.
   * @returns false if the store no longer has it, as after it was loaded
   * @throws StoreError
   */
  async unpack({ object, sha256 }: PackedCapture, folder: string): Promise<boolean> {
    requirePacked(object);
    if (this.store === null) return false;
    const file = await temporaryPath(this.paths.decoded, 'packed');
    const draft = `${file}.d`;
    try {
      await fetchObject(this.store, object, file, sha256);
      await mkdir(draft);
      await extract({ file, cwd: draft, strict: true, filter: isDecodedFile });
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder);
      return true;
    } catch (error) {
      if (error instanceof MissingObjectError) return false;
      throw error;
    } finally {
      await rm(file, { force: true });
      await rm(draft, { recursive: true, force: true });
    }
  }

  async removePacked({ object }: PackedCapture): Promise<void> {
    requirePacked(object);
    await this.store?.remove(object);
  }

  /** Keeps a folder of results: its files replace all that the store has below `name`. @throws StoreError */
  async keepFolder(name: string, folder: string): Promise<void> {
    if (this.store === null) return;
    const files = existsSync(folder)
      ? (await readdir(folder, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
          .map((entry) => join(entry.parentPath, entry.name))
      : [];
    const kept = new Set<string>();
    for (const path of files) {
      const object = `${name}/${path.slice(folder.length + 1)}`;
      await this.store.put(object, path);
      kept.add(object);
    }
    for (const { name: object } of await this.store.list(`${name}/`))
      if (!kept.has(object)) await this.store.remove(object);
  }

  /**
   * Keeps the tables of a run in its folder as partitions of tables of all runs.
   * @param partition `run_id=RUN`
   * @param isReplaced whether the store may have tables of the run that it no longer has
   * @throws StoreError
   */
  async keepTables(partition: string, folder: string, isReplaced: boolean): Promise<void> {
    if (this.store === null || !existsSync(folder)) return;
    const kept = new Set<string>();
    for (const file of await readdir(folder)) {
      const table = /^([a-z_]+)\.parquet$/.exec(file)?.[1];
      if (table === undefined) continue;
      const object = `tables/${table}/${partition}/data.parquet`;
      await this.store.put(object, join(folder, file));
      kept.add(object);
    }
    if (!isReplaced) return;
    for (const { name } of await this.store.list('tables/'))
      if (name.endsWith(`/${partition}/data.parquet`) && !kept.has(name)) await this.store.remove(name);
  }

  /** Removes the artifacts that were not used for the longest time, until the others fit. */
  async #prune(): Promise<void> {
    if (this.cacheBytes === null) return;
    const names = (await readdir(this.paths.artifacts)).filter((name) => ARTIFACT_NAME.test(name));
    const files: { path: string; bytes: number; usedMs: number }[] = [];
    for (const name of names) {
      const path = join(this.paths.artifacts, name);
      const found = await stat(path).catch(() => null);
      if (found !== null) files.push({ path, bytes: found.size, usedMs: found.mtimeMs });
    }
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (bytes <= this.cacheBytes || Date.now() - file.usedMs < FRESH_MS) return;
      await rm(file.path, { force: true });
      this.#kept.delete(basename(file.path));
      bytes -= file.bytes;
    }
  }
}

/** Nothing but files with the names of a decoded capture comes out of an archive. */
function isDecodedFile(path: string, entry: unknown): boolean {
  const isFile = typeof entry === 'object' && entry !== null && 'type' in entry && entry.type === 'File';
  return isFile && /^[a-z-]+(\.(columns|ndjson|json))?$/.test(path);
}

/** A fold in a file of scores (worker/tasks/fold-checkpoint.ts). */
interface ScoredFold {
  readonly score: { readonly fold: number };
}

async function storedScores(store: ObjectStore, name: string): Promise<readonly ScoredFold[]> {
  return ((await fetchJson(store, name)) ?? []) as ScoredFold[];
}

/** The folds in a file; none if there is none, or if it was truncated. */
async function scoresAt(path: string): Promise<ScoredFold[]> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ScoredFold[];
  } catch {
    return [];
  }
}

/** All folds, each once: the same inputs give the same scores. */
function union(some: readonly ScoredFold[], others: readonly ScoredFold[]): ScoredFold[] {
  const byFold = new Map([...others, ...some].map((each) => [each.score.fold, each]));
  return [...byFold.values()].sort((a, b) => a.score.fold - b.score.fold);
}

function requirePacked(object: string): void {
  if (!PACKED_NAME.test(object)) throw new PathNotAllowedError(`${object} is no name of a decoded capture`);
}
