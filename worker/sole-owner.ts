import { readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import proto = require('@temporalio/proto');
import type { NativeConnection } from '@temporalio/worker';
import { VqiError } from '../common/vqi-error.js';
import { processIdentity, processScope } from '../server/process-identity.js';

/** A live worker asks for tasks at least this often, because a request for tasks lasts a minute at most. */
const SILENT_MS = 75_000;
const LOOK_MS = 3000;
/** How often an owner looks for others. */
const WATCH_MS = 20_000;

/** Another process owns a copy of the same warehouse. */
export class OtherOwnerError extends VqiError {
  override readonly name = 'OtherOwnerError';
  override readonly retry = 'later';

  constructor(warehouseId: string, other: string) {
    super(
      `the warehouse ${warehouseId} is owned by another worker already (${other}): stop that one; of a copied home folder, only one may be in use, or start this worker with --role compute`,
    );
  }
}

/** Name under which a worker asks for tasks: where it runs, and since when. */
export function ownIdentity(): string {
  return `${process.pid}@${hostname()} since ${new Date().toISOString()} (${processScope()} ${startOf(process.pid)})`;
}

/** Most owners of a home that it remembers. */
const MOST_OWNERS = 50;

/**
 * Writes into a home folder who owns it from now on. Only the holder of its lock may call it: all owners before have ended.
 * @returns those before; a copy of a folder remembers none, because the owner of the original may live
 */
export async function becomeOwner(home: string, identity: string): Promise<ReadonlySet<string>> {
  const path = join(home, 'owners');
  const { dev, ino } = await stat(home);
  const folder = `${dev}:${ino} `;
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  await writeFile(path, [...lines, `${folder}${identity}`].slice(-MOST_OWNERS).join('\n'));
  return new Set(lines.filter((line) => line.startsWith(folder)).map((line) => line.slice(folder.length)));
}

type AsksPollers = Pick<NativeConnection, 'workflowService'>;

/**
 * Waits until no other live process asks for tasks of a warehouse. One that ended without notice is listed for a while; its
 * requests do not change, whatever the clocks say. Of this machine, the process itself tells.
 * @param queue task queue of the warehouse's activities
 * @param ended identities of processes that have ended
 * @throws OtherOwnerError
 */
export async function requireSoleOwner(
  connection: AsksPollers,
  namespace: string,
  queue: string,
  warehouseId: string,
  ended: ReadonlySet<string>,
  log: (line: string) => void,
): Promise<void> {
  const first = await othersOn(connection, namespace, queue, ended);
  if (first.size === 0) return;
  const here = [...first.keys()].find((identity) => hasEndedHere(identity) === false);
  if (here !== undefined) throw new OtherOwnerError(warehouseId, here);
  log(
    `looking whether ${[...first.keys()].join(', ')} still uses this warehouse (up to ${SILENT_MS / 1000} s)`,
  );
  for (let waitedMs = 0; waitedMs < SILENT_MS; waitedMs += LOOK_MS) {
    await delay(LOOK_MS);
    const now = await othersOn(connection, namespace, queue, ended);
    for (const [identity, seen] of now)
      if (first.get(identity) !== seen) throw new OtherOwnerError(warehouseId, identity);
    if ([...first.keys()].every((identity) => !now.has(identity))) return;
  }
}

/**
 * Looks again and again whether another process has become an owner at the same time. Of two, the one that began later ends.
 * @returns ends the watch
 */
export function watchOwners(
  connection: AsksPollers,
  namespace: string,
  queue: string,
  warehouseId: string,
  identity: string,
  onOther: (error: OtherOwnerError) => void,
): () => void {
  let before = new Map<string, string>();
  const timer = setInterval(() => {
    void othersOn(connection, namespace, queue, new Set([identity]))
      .then((now) => {
        for (const [other, seen] of now)
          if (before.has(other) && before.get(other) !== seen && sinceOf(other) < sinceOf(identity))
            onOther(new OtherOwnerError(warehouseId, other));
        before = now;
      })
      // The server may be away: nobody gets tasks then.
      .catch(() => undefined);
  }, WATCH_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** When the pollers of a queue last asked, but those in `left`, and those of this machine that have ended. */
async function othersOn(
  { workflowService }: AsksPollers,
  namespace: string,
  queue: string,
  left: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  });
  const found = pollers.map(({ identity, lastAccessTime }): [identity: string, seen: string] => [
    identity ?? '',
    `${lastAccessTime?.seconds?.toString() ?? ''}.${lastAccessTime?.nanos ?? ''}`,
  ]);
  return new Map(found.filter(([identity]) => !left.has(identity) && hasEndedHere(identity) !== true));
}

/** Whether a worker of this machine has ended; null: it is of another machine or container, or of an earlier version. */
function hasEndedHere(identity: string): boolean | null {
  const [, pid, scope, start] = /^(\d+)@\S+ since \S+ \((\S+) (.*)\)$/.exec(identity) ?? [];
  return scope === processScope() ? startOf(Number(pid)) !== start : null;
}

/** Distinguishes a process from others that have its id at other times. */
function startOf(pid: number): string {
  return processIdentity(pid) ?? 'ended';
}

function sinceOf(identity: string): string {
  return / since (\S+)/.exec(identity)?.[1] ?? '';
}
