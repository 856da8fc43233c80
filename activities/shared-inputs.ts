import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { inParallel } from '../common/in-parallel.js';
import { isInBucket } from '../common/resolve-path.js';
import { VqiError } from '../common/vqi-error.js';
import { fetchJson, fetchObject, putJson } from '../store/fetch-object.js';
import { StoreError, type ObjectStore } from '../store/object-store.js';
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
  object: z.string().regex(/^inputs\/[0-9a-f]{32}-\d+-\d+$/),
});

/** Files that are sent, or brought, at the same time. */
const MOVED = 8;

/** The object was read in two versions. */
class ChangedInputError extends VqiError {
  override readonly name = 'ChangedInputError';
  override readonly retry = 'later';
}

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
  /**
   * @param files what this machine may read
   * @param mounted folders that all machines have: their files are not sent
   * @param isAtWarehouse whether this is the machine of the warehouse: its paths are those of runs
   */
  constructor(
    private readonly paths: Pick<StoredFolders, 'decoded'>,
    private readonly store: ObjectStore | null,
    private readonly files: ConfinedFiles,
    private readonly mounted: readonly string[] = [],
    private readonly isAtWarehouse = true,
  ) {}

  /** Sends files of this machine to the store, unless it has them; those that cannot be read are left to their decoding. @throws StoreError */
  async keep(paths: readonly string[]): Promise<void> {
    if (this.store === null) return;
    await inParallel(paths, MOVED, (path) => this.#send(path));
  }

  async #send(path: string): Promise<void> {
    if (this.store === null || this.#isMounted(path)) return;
    if (isInBucket(path)) {
      const isAllowed = await this.files.requireInputs([path]).then(
        () => true,
        () => false,
      );
      const name = plannedName(path);
      if (isAllowed && (await this.store.status(name)) === null) await putJson(this.store, name, { path });
      return;
    }
    // Whoever decodes it says why it cannot be read.
    const found = await this.files.status(path).catch(() => null);
    if (found?.kind !== 'file' || !(await isReadable(path))) return;
    const { bytes, modifiedUs } = found;
    const object = `${nameOf(path)}-${bytes}-${modifiedUs}`;
    // A rule of the bucket may have deleted one of the two.
    const isKept =
      (await this.#indexed(path))?.object === object && (await this.store.status(object)) !== null;
    if (isKept) return;
    await this.store.put(object, path);
    await putJson(this.store, `${nameOf(path)}.json`, { path, bytes, modifiedUs, object });
  }

  /**
   * Runs `work` with the files of a capture on this machine: here already, or brought from the store and removed afterwards.
   * Errors of `work` name the files as the user did. A program that captures may have deleted some of several: they have no bytes.
   * @throws InputFileError if none is here or in the store, PathNotAllowedError, StoreError
   */
  async use<T>(paths: readonly string[], work: (inputs: readonly LocalInput[]) => Promise<T>): Promise<T> {
    const brought: LocalInput[] = [];
    try {
      const inputs = await inParallel(paths, MOVED, async (path) => {
        const input = (await this.#local(path)) ?? { path, here: path, bytes: 0, modifiedUs: 0 };
        brought.push(input);
        return input;
      });
      if (inputs.every(({ modifiedUs }) => modifiedUs === 0)) throw new InputFileError(this.#missing(paths));
      return await work(inputs);
    } catch (error) {
      if (error instanceof Error)
        for (const { path, here } of brought)
          if (here !== path) error.message = error.message.replaceAll(here, path);
      throw error;
    } finally {
      for (const { path, here } of brought) if (here !== path) await rm(here, { force: true });
    }
  }

  /** Null if it is neither here nor in the store. */
  async #local(path: string): Promise<LocalInput | null> {
    if (isInBucket(path)) return await this.#fromBucket(path);
    const stored = this.isAtWarehouse || this.#isMounted(path) ? null : await this.#indexed(path);
    const found = this.isAtWarehouse
      ? await this.files.status(path)
      : // On another machine, the path may lead to another file, or to none that may be read.
        await this.files.status(path).catch(() => null);
    if (found !== null) {
      const { bytes, modifiedUs } = found;
      if (stored === null || (stored.bytes === bytes && stored.modifiedUs === modifiedUs)) {
        if (found.kind !== 'file') throw new InputFileError(`${path}: is not a file`);
        return { path, here: path, bytes, modifiedUs };
      }
    }
    if (this.store === null || stored === null) return null;
    const here = await this.#temporary(path);
    await fetchObject(this.store, stored.object, here, null);
    const { size } = await stat(here);
    // More bytes came while it was sent; they are not read.
    if (size < stored.bytes)
      throw new InputFileError(
        `${path}: the store ${this.store.url} has ${size} of its ${stored.bytes} bytes: it was cut while it was sent; start the run again`,
      );
    return { path, here, bytes: stored.bytes, modifiedUs: stored.modifiedUs };
  }

  /** An object that a user keeps in a bucket. Other machines may bring those that the machine of the warehouse has allowed. */
  async #fromBucket(path: string): Promise<LocalInput | null> {
    const planned =
      this.store === null || this.isAtWarehouse ? null : await this.store.status(plannedName(path));
    if (planned === null) await this.files.requireInputs([path]);
    const { buckets } = this.files;
    const onThisMachine = (error: unknown): never => {
      if (error instanceof StoreError) error.message += ` (the worker on ${hostname()})`;
      throw error;
    };
    const found = await buckets.status(path).catch(onThisMachine);
    if (found === null) return null;
    const { kind, bytes, modifiedUs } = found;
    if (kind !== 'file') throw new InputFileError(`${path}: is not an object, but a prefix of some`);
    const here = await this.#temporary(path);
    await buckets.fetch(path, here).catch(onThisMachine);
    const { size } = await stat(here);
    if (size === bytes) return { path, here, bytes, modifiedUs };
    await rm(here);
    throw new ChangedInputError(`${path}: was replaced while it was read`);
  }

  /** A new path with the endings of the file's name, which tell some formats. */
  async #temporary(path: string): Promise<string> {
    const [endings = ''] = /(\.\w{1,10}){0,3}$/.exec(basename(path)) ?? [];
    return `${await temporaryPath(this.paths.decoded, 'input')}${endings}`;
  }

  #missing([first = '', ...others]: readonly string[]): string {
    if (isInBucket(first))
      return `${first}: ${others.length === 0 ? 'no such object' : `none of its ${others.length + 1} objects is there any more`}, says the worker on ${hostname()}`;
    const none =
      others.length === 0
        ? `${first}: no such file`
        : `${first}: none of its ${others.length + 1} files is there any more`;
    return this.store === null
      ? `${none} on the worker's machine`
      : `${none} that this worker (${hostname()}) may read, nor in the store ${this.store.url}: mount its folder on all machines and name it in VQI_MOUNTED_INPUTS, or start the run again, which sends it to the store`;
  }

  async #indexed(path: string): Promise<z.infer<typeof storedInputSchema> | null> {
    if (this.store === null) return null;
    return storedInputSchema.nullable().parse(await fetchJson(this.store, `${nameOf(path)}.json`));
  }

  #isMounted(path: string): boolean {
    return this.mounted.some((folder) => path.startsWith(join(folder, '/')));
  }
}

async function isReadable(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** Says that the machine of the warehouse has allowed to read an object of a bucket. */
function plannedName(path: string): string {
  return `${nameOf(path)}-planned.json`;
}

function nameOf(path: string): string {
  return `inputs/${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
}
