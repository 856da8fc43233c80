import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What the environment says; the only reader of `process.env` but `worker/`. */
export interface Settings {
  /** Folder of warehouse, artifacts, results and server state: VQI_HOME, else `.vqi` in the working directory. */
  readonly home: string;
  /** Server that the user runs: TEMPORAL_ADDRESS. */
  readonly temporalAddress: string | undefined;
  /** Executable of the Temporal CLI: VQI_TEMPORAL_CLI. */
  readonly temporalCli: string | undefined;
  /** Where a Temporal CLI is kept once it was made: XDG_CACHE_HOME or ~/.cache. */
  readonly cacheDir: string;
  readonly path: string;
  /** Compute threads: VQI_THREADS, else one a core. */
  readonly threads: number | undefined;
  /** Key of anonymised captures: VQI_ANONYMISE_KEY. */
  readonly anonymiseKey: Uint8Array | undefined;
}

/** Reads the environment. @throws Error where VQI_THREADS or VQI_ANONYMISE_KEY is not of its form. */
export function readSettings(given: NodeJS.ProcessEnv = process.env): Settings {
  // Set to nothing is how shells and container files unset.
  const env = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const threads = env['VQI_THREADS'];
  if (threads !== undefined && !/^[1-9]\d*$/.test(threads)) {
    throw new Error(`VQI_THREADS must be a positive whole number, not ${threads}`);
  }
  const key = env['VQI_ANONYMISE_KEY'];
  if (key !== undefined && !/^[0-9a-f]{64}$/i.test(key)) {
    throw new Error('VQI_ANONYMISE_KEY must be 64 hexadecimal digits: openssl rand -hex 32 makes such a key');
  }
  return {
    home: resolve(env['VQI_HOME'] ?? '.vqi'),
    temporalAddress: env['TEMPORAL_ADDRESS'],
    temporalCli: env['VQI_TEMPORAL_CLI'],
    cacheDir: join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'vqi'),
    path: env['PATH'] ?? '',
    threads: threads === undefined ? undefined : Number(threads),
    anonymiseKey: key === undefined ? undefined : Uint8Array.from(Buffer.from(key, 'hex')),
  };
}
