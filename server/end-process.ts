import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from './process-identity.js';

/**
 * Ends the process that had this number and identity, politely, then after `graceMs` by force; resolves when it is
 * gone. A process that merely has the same number is left alone. True when there was something to end.
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
