import { createHash } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { fetchObject } from '../store/fetch-object.js';
import { MissingObjectError, type ObjectStore } from '../store/object-store.js';
import type { CaptureFile } from '../warehouse/captures/load-capture.js';
import { temporaryPath } from './artifacts.js';
import type { ConfinedFiles } from './confined-files.js';
import { InputFileError } from './failures.js';
import type { StoredFolders } from './stored-files.js';

/** An input in the store: the file at a path of the warehouse's machine, as it was when a run was planned. */
const storedInputSchema = z.strictObject({
  path: z.string(),
  bytes: z.int().nonnegative(),
  modifiedUs: z.int(),
  /** Name of its bytes in the store. */
  object: z.string(),
});

/** An input file on this machine. */
export interface LocalInput extends CaptureFile {
  /** Where its bytes are; the same as `path`, unless they were brought from the store. */
  readonly here: string;
}

/**
 * Captures for machines that do not have the folder of the user: the machine of the warehouse, which plans runs, sends them to
 * the store, and others bring what they decode.
 */
export class SharedInputs {
  /** Versions of files that the store is known to have. */
  readonly #kept = new Set<string>();

  /**
   * @param files what this machine may read
   * @param mounted folders that all machines have: their files are not sent
   */
  constructor(
    private readonly paths: Pick<StoredFolders, 'decoded'>,
    private readonly store: ObjectStore | null,
    private readonly files: ConfinedFiles,
    private readonly mounted: readonly string[] = [],
  ) {}

  /** Sends files of this machine to the store, unless it has them. @throws StoreError, PathNotAllowedError */
  async keep(inputs: readonly CaptureFile[]): Promise<void> {
    if (this.store === null) return;
    for (const { path, bytes, modifiedUs } of inputs) {
      if (this.mounted.some((folder) => path.startsWith(join(folder, '/')))) continue;
      const object = `${nameOf(path)}-${bytes}-${modifiedUs}`;
      if (this.#kept.has(object)) continue;
      const index = `${nameOf(path)}.json`;
      if ((await this.#indexed(path))?.object !== object) {
        await this.files.requireInputs([path]);
        await this.store.put(object, path);
        await this.#write(index, { path, bytes, modifiedUs, object });
      }
      this.#kept.add(object);
    }
  }

  /**
   * Runs `work` with files that are on this machine: here already, or brought from the store and removed afterwards. Errors of
   * `work` name the file as the user did.
   * @throws InputFileError if one is neither here nor in the store, PathNotAllowedError, StoreError
   */
  async use<T>(paths: readonly string[], work: (inputs: readonly LocalInput[]) => Promise<T>): Promise<T> {
    const inputs: LocalInput[] = [];
    try {
      for (const path of paths) inputs.push(await this.#local(path));
      return await work(inputs);
    } catch (error) {
      if (error instanceof Error)
        for (const { path, here } of inputs)
          if (here !== path) error.message = error.message.replaceAll(here, path);
      throw error;
    } finally {
      for (const { path, here } of inputs) if (here !== path) await rm(here, { force: true });
    }
  }

  async #local(path: string): Promise<LocalInput> {
    const stored = await this.#indexed(path);
    const found =
      stored === null
        ? await this.files.status(path)
        : // On this machine, the path may lead to another file, or to none that may be read.
          await this.files.status(path).catch(() => null);
    if (found !== null) {
      const here = { path, here: path, bytes: found.size, modifiedUs: Math.round(found.mtimeMs * 1000) };
      if (stored === null || (stored.bytes === here.bytes && stored.modifiedUs === here.modifiedUs)) {
        if (!found.isFile()) throw new InputFileError(`${path}: is not a file`);
        return here;
      }
    }
    if (this.store === null) throw new InputFileError(`${path}: no such file on the worker's machine`);
    if (stored === null)
      throw new InputFileError(
        `${path}: no such file on this worker's machine (${hostname()}), and not in the store ${this.store.url}: mount its folder on all machines, or start the run again, which sends it to the store`,
      );
    const here = `${await temporaryPath(this.paths.decoded, 'input')}${extname(path)}`;
    await fetchObject(this.store, stored.object, here, null);
    const { size } = await stat(here);
    if (size !== stored.bytes)
      throw new InputFileError(
        `${path}: the store ${this.store.url} has ${size} of its ${stored.bytes} bytes: it changed while it was sent; start the run again`,
      );
    return { path, here, bytes: stored.bytes, modifiedUs: stored.modifiedUs };
  }

  async #indexed(path: string): Promise<z.infer<typeof storedInputSchema> | null> {
    if (this.store === null) return null;
    const file = await temporaryPath(this.paths.decoded, 'index');
    try {
      await fetchObject(this.store, `${nameOf(path)}.json`, file, null);
      return storedInputSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    } catch (error) {
      if (error instanceof MissingObjectError) return null;
      throw error;
    } finally {
      await rm(file, { force: true });
    }
  }

  async #write(name: string, content: z.infer<typeof storedInputSchema>): Promise<void> {
    const file = await temporaryPath(this.paths.decoded, 'index');
    try {
      await writeFile(file, JSON.stringify(content));
      await this.store?.put(name, file);
    } finally {
      await rm(file, { force: true });
    }
  }
}

function nameOf(path: string): string {
  return `inputs/${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
}
