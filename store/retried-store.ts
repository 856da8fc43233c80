import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { MissingObjectError, StoreError, type ObjectStore, type StoredObject } from './object-store.js';

/** Waits between attempts, together two and a half minutes: a store may be restarted meanwhile. */
const WAITS_MS = [200, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000, 30_000, 30_000, 30_000];

/** Repeats the calls of a store until it answers. */
export class RetriedStore implements ObjectStore {
  readonly url: string;

  constructor(
    private readonly store: ObjectStore,
    private readonly waitsMs: readonly number[] = WAITS_MS,
  ) {
    this.url = store.url;
  }

  status(name: string): Promise<StoredObject | null> {
    return this.#repeat(() => this.store.status(name));
  }

  put(name: string, content: string | Uint8Array): Promise<void> {
    return this.#repeat(() => this.store.put(name, content));
  }

  read(name: string): Promise<Readable> {
    return this.#repeat(() => this.store.read(name));
  }

  list(prefix: string): Promise<StoredObject[]> {
    return this.#repeat(() => this.store.list(prefix));
  }

  remove(name: string): Promise<void> {
    return this.#repeat(() => this.store.remove(name));
  }

  close(): void {
    this.store.close();
  }

  async #repeat<T>(work: () => Promise<T>): Promise<T> {
    for (const waitMs of this.waitsMs) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof MissingObjectError) throw error;
        if (error instanceof StoreError && error.retry === 'never') throw error;
        await delay(waitMs);
      }
    }
    return await work();
  }
}
