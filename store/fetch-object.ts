import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { MissingObjectError, StoreError, type ObjectStore } from './object-store.js';

/** Attempts to read an object whole; a connection may end in the middle. */
const ATTEMPTS = 6;
const WAIT_MS = 1000;

/**
 * Brings an object to `path`, which appears whole, with the content that was asked for.
 * @param sha256 the hash that its bytes must have; null: any bytes
 * @throws StoreError if it cannot be read or has other bytes, MissingObjectError if there is none
 */
export async function fetchObject(
  store: ObjectStore,
  name: string,
  path: string,
  sha256: string | null,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await readWhole(store, name, async (bytes) => {
    const draft = join(dirname(path), `.${basename(path)}-${randomUUID()}.tmp`);
    try {
      const hash = createHash('sha256');
      const hashing = new Transform({
        transform(chunk: Buffer, _, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      });
      await pipeline(bytes, hashing, createWriteStream(draft));
      const found = hash.digest('hex');
      if (sha256 !== null && found !== sha256)
        throw new StoreError(`${store.url}/${name} has the SHA-256 ${found}, not ${sha256}`);
      await rename(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  });
}

/** The value of a JSON object in a store; null if there is none. @throws StoreError */
export async function fetchJson(store: ObjectStore, name: string): Promise<unknown> {
  try {
    return await readWhole(store, name, async (bytes) => JSON.parse(await text(bytes)) as unknown);
  } catch (error) {
    if (error instanceof MissingObjectError) return null;
    throw error;
  }
}

/** Keeps a value as JSON. @throws StoreError */
export async function putJson(store: ObjectStore, name: string, value: unknown): Promise<void> {
  await store.put(name, Buffer.from(JSON.stringify(value)));
}

/** Reads an object to its end, several times if need be. */
export async function readWhole<T>(
  store: ObjectStore,
  name: string,
  read: (bytes: Readable) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read(await store.read(name));
    } catch (error) {
      const isFinal =
        error instanceof MissingObjectError || (error instanceof StoreError && error.retry === 'never');
      if (isFinal || attempt === ATTEMPTS) throw asStoreError(store, name, error);
      await delay(attempt * WAIT_MS);
    }
  }
}

function asStoreError(store: ObjectStore, name: string, error: unknown): unknown {
  if (error instanceof StoreError || error instanceof MissingObjectError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError(`${store.url} could not read ${name}: ${reason}`, { cause: error });
}
