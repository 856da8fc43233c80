import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Distinguishes a process from every other that had or will have its id: its start time (and the boot, on Linux). Null
 * if no such process runs; a zombie counts as ended.
 *
 * Reads /proc on Linux, and runs `ps` on other Unix systems. On Windows the result only says that the id is in use.
 */
export function processIdentity(pid: number): string | null {
  if (process.platform === 'linux') return linuxIdentity(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return null;
  }
  if (process.platform === 'win32') return 'alive';
  try {
    const [state = '', ...started] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)])
      .toString()
      .trim()
      .split(/\s+/);
    return state === '' || state.startsWith('Z') ? null : started.join(' ');
  } catch {
    return null;
  }
}

/** Where a process id means this machine's process: a boot of a machine and, on Linux, a namespace (a container). */
export function processScope(): string {
  if (process.platform !== 'linux') return hostname();
  return `${bootId()}/${readlinkSync('/proc/self/ns/pid')}`;
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** proc(5): after the name in brackets come the state and, 19 fields later, the start time in ticks since boot. */
function linuxIdentity(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  if (state === 'X' || startTicks === undefined) return null;
  if (state === 'Z' && threadCount(pid) <= 1) return null;
  return `${bootId()}/${startTicks}`;
}

/** The first thread of a process can be a zombie while other threads still have its files and ports open. */
function threadCount(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0;
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
