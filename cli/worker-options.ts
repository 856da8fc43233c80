import type { TemporalServer } from '../server/connect.js';
import type { EncryptionKeys } from '../worker/encryption-codec.js';
import type { WorkerOptions } from '../worker/start-worker.js';
import type { Tracing } from '../worker/tracing.js';
import { say } from './say.js';
import type { Settings } from './settings.js';

/** Options of the worker that a command starts, from the environment. */
export function workerOptions(
  { home, inputRoots, threads, anonymiseKey, store, deployment }: Settings,
  { access }: TemporalServer,
  encryption: EncryptionKeys,
  tracing: Tracing | null,
): WorkerOptions {
  return {
    ...{ access, home, inputRoots, threads, anonymiseKey, store, deployment, encryption, tracing },
    log: say,
  };
}
