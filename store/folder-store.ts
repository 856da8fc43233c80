import { randomUUID } from 'node:crypto';
import { constants, createReadStream, type Dirent } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { sizeAndTime } from '../common/size-and-time.js';
import { MissingObjectError, StoreError, type ObjectStore, type StoredObject } from './object-store.js';

/** A store in a folder that all machines mount. Files appear whole, by renaming. */
export class FolderStore implements ObjectStore {
  readonly url: string;

  constructor(private readonly root: string) {
    this.url = root;
  }

  async status(name: string): Promise<StoredObject | null> {
    return await this.#try(`look up ${name}`, async () => {
      const found = await stat(this.#path(name)).catch(missingAsNull);
      return found?.isFile() === true ? { name, ...sizeAndTime(found) } : null;
    });
  }

  async put(name: string, content: string | Uint8Array): Promise<void> {
    const target = this.#path(name);
    const draft = join(dirname(target), `.${randomUUID()}.tmp`);
    await this.#try(`write ${name}`, async () => {
      await mkdir(dirname(target), { recursive: true });
      try {
        if (typeof content === 'string') await copyFile(content, draft, constants.COPYFILE_FICLONE);
        else await writeFile(draft, content);
        await rename(draft, target);
      } finally {
        await rm(draft, { force: true });
      }
    });
  }

  async read(name: string): Promise<Readable> {
    if ((await this.status(name)) === null) throw new MissingObjectError(`${this.url} has no ${name}`);
    return createReadStream(this.#path(name));
  }

  async list(prefix: string): Promise<StoredObject[]> {
    return await this.#try(`list ${prefix}`, async () => {
      const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const entries: Dirent[] =
        (await readdir(join(this.root, folder), { recursive: true, withFileTypes: true }).catch(
          missingAsNull,
        )) ?? [];
      const found: StoredObject[] = [];
      for (const entry of entries) {
        const path = join(entry.parentPath, entry.name);
        const name = path.slice(join(this.root, '/').length);
        if (!entry.isFile() || entry.name.startsWith('.') || !name.startsWith(prefix)) continue;
        const status = await stat(path).catch(missingAsNull);
        if (status !== null) found.push({ name, ...sizeAndTime(status) });
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  async remove(name: string): Promise<void> {
    await this.#try(`remove ${name}`, () => rm(this.#path(name), { force: true }));
  }

  close(): void {
    // Nothing is open.
  }

  /** @throws StoreError if the name leads out of the folder */
  #path(name: string): string {
    if (name.split('/').includes('..'))
      throw new StoreError(`${name} is no name of an object`, undefined, 'never');
    return join(this.root, name);
  }

  async #try<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      throw new StoreError(
        `${this.url} could not ${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  }
}

function missingAsNull(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return null;
  throw error;
}
