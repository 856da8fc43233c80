import { join } from 'node:path';
import { z } from 'zod';
import { isHeld, readLock } from './file-lock.js';

/** The details that the owner of a server writes into its lock file, for other processes. */
export const serverRecordSchema = z.strictObject({
  serverPid: z.int().positive(),
  /** processIdentity() of the server. */
  serverIdentity: z.string(),
  /** Null until the server is healthy. */
  address: z.string().nullable(),
  uiAddress: z.string().nullable(),
});

export type ServerRecord = z.infer<typeof serverRecordSchema>;

/** The lock file of the process that owns a state folder's server. */
export const serverLockPath = (stateDir: string): string => join(stateDir, 'server.lock.json');

/** Whether a live process owns the state folder's server, and the server's record once there is one. */
export async function readServerRecord(stateDir: string): Promise<{
  readonly isOwned: boolean;
  readonly ownerPid: number | null;
  readonly record: ServerRecord | null;
}> {
  const lock = await readLock(serverLockPath(stateDir));
  if (lock === null) return { isOwned: false, ownerPid: null, record: null };
  const { data } = serverRecordSchema.safeParse(lock.details);
  return { isOwned: await isHeld(serverLockPath(stateDir), lock), ownerPid: lock.pid, record: data ?? null };
}
