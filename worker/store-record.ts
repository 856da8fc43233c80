import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { anonymiseKeyName } from '../activities/computing/capture-id.js';
import { VqiError } from '../common/vqi-error.js';
import { fetchJson, putJson } from '../store/fetch-object.js';
import type { ObjectStore } from '../store/object-store.js';

const NAME = 'warehouse.json';
const POLL_MS = 2000;
const WATCH_MS = 30_000;

const storeRecordSchema = z.strictObject({
  /** Id of the warehouse that the store belongs to. */
  warehouse: z.string(),
  /** 32 bits of a hash of the key that anonymises captures; null: none. */
  anonymiseKey: z.string().nullable(),
  /** Build of the worker that owns the warehouse; null: workers of several builds belong to a deployment. */
  build: z.string().nullable(),
});

type StoreRecord = z.infer<typeof storeRecordSchema>;

/** This worker and the store do not belong together. */
export class StoreMismatchError extends VqiError {
  override readonly name = 'StoreMismatchError';
  override readonly retry = 'never';
}

/**
 * Writes to the store whose it is.
 * @throws StoreMismatchError if it belongs to another warehouse
 */
export async function claimStore(
  store: ObjectStore,
  warehouse: string,
  anonymiseKey: Uint8Array | undefined,
  build: string | null,
): Promise<void> {
  const found = await readRecord(store);
  if (found !== null && found.warehouse !== warehouse)
    throw new StoreMismatchError(
      `the store ${store.url} belongs to the warehouse ${found.warehouse}, not to that of this home (${warehouse}): give every warehouse a prefix of its own in VQI_STORE, or remove ${NAME} there if that warehouse is gone`,
    );
  await putJson(store, NAME, { warehouse, anonymiseKey: nameOf(anonymiseKey), build });
}

/**
 * The warehouse whose store it is; waits until one has begun to use it.
 * @throws StoreMismatchError if captures are anonymised there with another key, or its worker is of another build
 */
export async function warehouseOfStore(
  store: ObjectStore,
  anonymiseKey: Uint8Array | undefined,
  build: string | null,
  log: (line: string) => void,
): Promise<string> {
  for (let round = 0; ; round++) {
    const found = await readRecord(store);
    if (found === null) {
      if (round === 0)
        log(`no warehouse uses the store ${store.url} yet: waiting for vqi worker --role warehouse`);
      await delay(POLL_MS);
      continue;
    }
    if (found.anonymiseKey !== nameOf(anonymiseKey))
      throw new StoreMismatchError(
        `VQI_ANONYMISE_KEY differs from that of the warehouse's worker (${found.anonymiseKey ?? 'none'} there, ${nameOf(anonymiseKey) ?? 'none'} here): the same capture would be read twice`,
      );
    requireBuild(found, build);
    return found.warehouse;
  }
}

/**
 * Looks again and again whether the warehouse's worker is of another build meanwhile.
 * @returns ends the watch
 */
export function watchBuild(
  store: ObjectStore,
  build: string | null,
  onOther: (error: StoreMismatchError) => void,
): () => void {
  const timer = setInterval(() => {
    void readRecord(store)
      .then((found) => found && requireBuild(found, build))
      .catch((error: unknown) => {
        // A store that is away is no reason to end.
        if (error instanceof StoreMismatchError) onOther(error);
      });
  }, WATCH_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** @throws StoreMismatchError if results of two builds would be mixed; in a deployment, Temporal keeps them apart */
function requireBuild(found: StoreRecord, build: string | null): void {
  if (found.build !== null && build !== null && found.build !== build)
    throw new StoreMismatchError(
      `this worker is build ${build}, and that of the warehouse is ${found.build}: install the same version on all machines, or keep builds apart with VQI_DEPLOYMENT`,
    );
}

async function readRecord(store: ObjectStore): Promise<StoreRecord | null> {
  return storeRecordSchema.nullable().parse(await fetchJson(store, NAME));
}

function nameOf(key: Uint8Array | undefined): string | null {
  return key === undefined ? null : anonymiseKeyName(key);
}
