import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { resolvePath } from '../common/resolve-path.js';
import type { PathStatus, SizeAndTime } from '../common/size-and-time.js';
import { fetchObject, readWhole } from './fetch-object.js';
import { StoreError } from './object-store.js';
import { s3Place } from './open-store.js';
import { S3Store } from './s3-store.js';

/** An object below a prefix. */
export interface ListedObject extends SizeAndTime {
  readonly path: string;
}

/** Objects that users keep in buckets of S3, by `s3://bucket/key`; a prefix counts as a folder. Nothing is open until it is asked. */
export class Buckets {
  readonly #stores = new Map<string, Promise<S3Store>>();

  /** Null if there is neither such an object nor one below it. @throws StoreError */
  async status(path: string): Promise<PathStatus | null> {
    const { store, key } = await this.#at(path);
    const object = key === '' ? null : await store.status(key);
    if (object !== null) return { kind: 'file', bytes: object.bytes, modifiedUs: object.modifiedUs };
    return (await store.has(prefixOf(key))) ? { kind: 'folder', bytes: 0, modifiedUs: 0 } : null;
  }

  /** Whether there is such an object; also false if nobody may ask. @throws StoreError if the server does not answer */
  async exists(path: string): Promise<boolean> {
    const { store, key } = await this.#at(path);
    return await store.status(key).then(
      (found) => found !== null,
      (error: unknown) => {
        if (error instanceof StoreError && error.retry === 'never') return false;
        throw error;
      },
    );
  }

  /** Names in a folder. @throws StoreError */
  async names(folder: string): Promise<string[]> {
    const { store, key } = await this.#at(folder);
    return await store.names(prefixOf(key));
  }

  /**
   * All objects below a folder.
   * @param skip gets those that no path can name
   * @throws StoreError
   */
  async below(folder: string, skip: (path: string, reason: string) => void): Promise<ListedObject[]> {
    const { store, key } = await this.#at(folder);
    const root = s3Place(folder)?.bucket ?? '';
    return (await store.list(prefixOf(key))).flatMap(({ name, bytes, modifiedUs }) => {
      const path = `s3://${root}/${name}`;
      if (resolvePath(path) === path) return [{ path, bytes, modifiedUs }];
      skip(path, 'its key has an empty part, . or .. between slashes: copy it to another key');
      return [];
    });
  }

  /** The bytes of an object. @throws StoreError, MissingObjectError */
  async stream(path: string): Promise<Readable> {
    const { store, key } = await this.#at(path);
    return await store.read(key);
  }

  /** The text of an object. @throws StoreError, MissingObjectError */
  async text(path: string): Promise<string> {
    const { store, key } = await this.#at(path);
    return (await readWhole(store, key, buffer)).toString('utf8');
  }

  /** Brings an object to a file. @throws StoreError, MissingObjectError */
  async fetch(path: string, file: string): Promise<void> {
    const { store, key } = await this.#at(path);
    await fetchObject(store, key, file, null);
  }

  async close(): Promise<void> {
    for (const store of this.#stores.values()) (await store.catch(() => null))?.close();
    this.#stores.clear();
  }

  async #at(path: string): Promise<{ store: S3Store; key: string }> {
    const place = s3Place(resolvePath(path));
    if (place === null)
      throw new StoreError(`${path} names no bucket: write s3://BUCKET/KEY`, undefined, 'never');
    const { bucket, key } = place;
    let store = this.#stores.get(bucket);
    if (store === undefined) {
      store = S3Store.open(bucket, '');
      this.#stores.set(bucket, store);
      store.catch(() => this.#stores.delete(bucket));
    }
    return { store: await store, key };
  }
}

function prefixOf(key: string): string {
  return key === '' ? '' : `${key}/`;
}
