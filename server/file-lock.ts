import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { processIdentity, processScope } from './process-identity.js';

/** How often a holder touches its file, for processes that cannot see it. */
const BEAT_MS = 3000;
/** A holder that cannot be seen, and has not touched its file for this time, has ended. */
const SILENT_MS = 30_000;
/** How often others look whether a lock is still held. */
const WATCH_MS = 500;

const lockRecordSchema = z.strictObject({
  /** Differs for every acquisition. */
  token: z.string(),
  pid: z.int().positive(),
  /** processIdentity() of the holder. */
  identity: z.string(),
  /** processScope() of the holder: only there its process id means something. */
  scope: z.string().optional(),
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
  /** Resolves if another process has taken the lock, because this one was silent for too long, such as a paused machine. */
  readonly lost: Promise<void>;
}

/** Either the lock, with the record of the dead holder that had it before, or the record of its live holder. */
export type LockAttempt =
  | { readonly acquired: true; readonly lock: FileLock; readonly previous: LockRecord | null }
  | { readonly acquired: false; readonly holder: LockRecord };

/** The record at `path`; null if there is none or it is invalid. */
export async function readLock(path: string): Promise<LockRecord | null> {
  return recordIn(await readFile(path, 'utf8').catch(() => ''));
}

function recordIn(text: string): LockRecord | null {
  try {
    return lockRecordSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Whether the process that wrote the record at `path` still runs (its id may belong to another process now). A process in
 * another container or on another machine shows it by touching the file.
 */
export async function isHeld(path: string, { pid, identity, scope }: LockRecord): Promise<boolean> {
  if (scope === undefined || scope === processScope()) return processIdentity(pid) === identity;
  const touched = await touchedMs(path);
  if (touched === null) return false;
  if (Date.now() - touched < SILENT_MS) return true;
  // The clocks of two machines may differ.
  await delay(2 * BEAT_MS);
  return (await touchedMs(path)) !== touched;
}

/** Resolves when whoever holds the lock at `path` now, if anybody does, holds it no longer. */
export async function untilFree(path: string, closing: AbortSignal): Promise<void> {
  const holder = await readLock(path);
  for (let record = holder; ; record = await readLock(path)) {
    if (record === null || record.token !== holder?.token || !(await isHeld(path, record))) return;
    await delay(WATCH_MS, undefined, { signal: closing });
  }
}

async function touchedMs(path: string): Promise<number | null> {
  return await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}

/**
 * Tries once to take the lock at `path` for this process. link(2) creates the file, complete or not at all, and fails
 * if it exists. A dead holder's file is replaced by one process only: see `replaceDead`.
 * Rejects if the folder is not writable.
 */
export async function acquireFileLock(path: string): Promise<LockAttempt> {
  await mkdir(dirname(path), { recursive: true });
  const record: LockRecord = {
    token: randomUUID(),
    pid: process.pid,
    identity: processIdentity(process.pid) ?? 'unknown',
    scope: processScope(),
    details: {},
  };
  for (;;) {
    if (await createExclusively(path, record))
      return { acquired: true, lock: heldLock(path, record), previous: null };
    const holder = await readLock(path);
    if (holder !== null && (await isHeld(path, holder))) return { acquired: false, holder };
    const claimant = await replaceDead(path, holder, record);
    if (claimant === record) return { acquired: true, lock: heldLock(path, record), previous: holder };
    if (claimant !== null) return { acquired: false, holder: claimant };
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

/**
 * Replaces the file of a dead holder, which is never absent meanwhile. The right to do so is a file named after the holder's
 * token, which link(2) gives to one process; if that process dies before it uses the right, the right passes to one
 * process again, by a file named after its own token.
 *
 * @param dead the record in the file; null: it is unreadable
 * @returns `record` if it is in the file now; the record of a live process that has the right; null if the file has changed
 */
async function replaceDead(
  path: string,
  dead: LockRecord | null,
  record: LockRecord,
): Promise<LockRecord | null> {
  const rights: string[] = [];
  for (let token = dead?.token ?? 'unreadable'; ;) {
    const right = `${path}.after-${token}`;
    if (await createExclusively(right, record)) {
      rights.push(right);
      break;
    }
    const text = await readFile(right, 'utf8').catch(() => null);
    if (text === null) return null;
    const claimant = recordIn(text);
    if (claimant === null) {
      // A file appears whole: only a loss of power damages one, and then nobody has the right.
      await rm(right, { force: true });
      return null;
    }
    if (await isHeld(right, claimant)) return claimant;
    rights.push(right);
    token = claimant.token;
  }
  // Whoever had the right before gave it up only after the file had changed.
  const isSame = existsSync(path) && (await readLock(path))?.token === dead?.token;
  if (isSame) {
    const draft = `${path}.${record.token}`;
    await writeFile(draft, JSON.stringify(record));
    await rename(draft, path);
  }
  for (const right of rights.reverse()) await rm(right, { force: true });
  return isSame ? record : null;
}

function heldLock(path: string, record: LockRecord): FileLock {
  const isOurs = async () => (await readLock(path))?.token === record.token;
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      void (async () => {
        if (await isOurs()) await utimes(path, new Date(), new Date()).catch(() => undefined);
        else if (existsSync(path)) resolve();
      })();
    }, BEAT_MS);
    timer.unref();
  });
  return {
    lost,
    async update(details) {
      if (!(await isOurs())) return;
      const draft = `${path}.${randomUUID()}`;
      await writeFile(draft, JSON.stringify({ ...record, details }));
      await rename(draft, path);
    },
    async release() {
      clearInterval(timer);
      if (await isOurs()) await rm(path, { force: true });
    },
  };
}
