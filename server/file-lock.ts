import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { processIdentity } from './process-identity.js';

const lockRecordSchema = z.strictObject({
  /** Differs for every acquisition. */
  token: z.string(),
  pid: z.int().positive(),
  /** processIdentity() of the holder. */
  identity: z.string(),
  /** Information from the holder for other processes. */
  details: z.record(z.string(), z.json()),
});

/** Content of a lock file, as JSON. */
export type LockRecord = z.infer<typeof lockRecordSchema>;

/** A lock that this process holds. */
export interface FileLock {
  /** Replaces the details that others read. */
  update(details: LockRecord['details']): Promise<void>;
  /** Removes the lock file if it still belongs to this lock. */
  release(): Promise<void>;
}

/** Either the lock, with the record of the dead holder that had it before, or the record of its live holder. */
export type LockAttempt =
  | { readonly acquired: true; readonly lock: FileLock; readonly previous: LockRecord | null }
  | { readonly acquired: false; readonly holder: LockRecord };

/** The record at `path`; null if there is none or it is invalid. */
export async function readLock(path: string): Promise<LockRecord | null> {
  try {
    return lockRecordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Whether the process that wrote the record still runs (its id may belong to another process now). */
export function isHeld(record: LockRecord): boolean {
  return processIdentity(record.pid) === record.identity;
}

/**
 * Tries once to take the lock at `path` for this process. link(2) creates the file, complete or not at all, and fails
 * if it exists. A dead holder's file is renamed first, which only one process can do.
 * Rejects if the folder is not writable.
 */
export async function acquireFileLock(path: string): Promise<LockAttempt> {
  await mkdir(dirname(path), { recursive: true });
  const record: LockRecord = {
    token: randomUUID(),
    pid: process.pid,
    identity: processIdentity(process.pid) ?? 'unknown',
    details: {},
  };
  let previous: LockRecord | null = null;
  for (;;) {
    if (await createExclusively(path, record))
      return { acquired: true, lock: heldLock(path, record), previous };
    const holder = await readLock(path);
    if (holder !== null && isHeld(holder)) return { acquired: false, holder };
    if (await moveAside(path, holder)) previous = holder ?? previous;
  }
}

async function createExclusively(path: string, record: LockRecord): Promise<boolean> {
  const draft = `${path}.${record.token}`;
  await writeFile(draft, JSON.stringify(record));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes the dead holder's file; restores a file that another process created in the meantime. */
async function moveAside(path: string, dead: LockRecord | null): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return false;
  }
  const moved = await readLock(aside);
  const isDead = moved === null || moved.token === dead?.token;
  if (!isDead) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return isDead;
}

function heldLock(path: string, record: LockRecord): FileLock {
  const isOurs = async () => (await readLock(path))?.token === record.token;
  return {
    async update(details) {
      if (!(await isOurs())) return;
      const draft = `${path}.${randomUUID()}`;
      await writeFile(draft, JSON.stringify({ ...record, details }));
      await rename(draft, path);
    },
    async release() {
      if (await isOurs()) await rm(path, { force: true });
    },
  };
}
