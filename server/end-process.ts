import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from './process-identity.js';

/**
 * Ends the process with this id and identity: SIGTERM, then SIGKILL after `graceMs`. Resolves when it has ended: true if
 * it was running. Another process that now has the same id is left alone.
 */
export async function endProcess(pid: number, identity: string, graceMs: number): Promise<boolean> {
  const isRunning = () => processIdentity(pid) === identity;
  if (!isRunning()) return false;
  signalProcess(pid, 'SIGTERM');
  if (!(await goneWithin(isRunning, graceMs))) {
    signalProcess(pid, 'SIGKILL');
    await goneWithin(isRunning, graceMs);
  }
  return true;
}

async function goneWithin(isRunning: () => boolean, limitMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs;
  while (isRunning()) {
    if (performance.now() > deadlineMs) return false;
    await delay(50);
  }
  return true;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime.
  }
}
