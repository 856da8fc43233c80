import { homedir } from 'node:os';
import { delimiter, join, parse, resolve } from 'node:path';
import { isInBucket, resolvePath } from '../common/resolve-path.js';
import type { StoreOptions } from '../worker/start-worker.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** Settings from the environment; how to reach Temporal is in `temporal-access.ts`. No other file of the program reads `process.env`. */
export interface Settings {
  /** Folder of warehouse, artifacts, results and server state: VQI_HOME, else `.vqi` in the working directory. */
  readonly home: string;
  /** Executable of the Temporal CLI: VQI_TEMPORAL_CLI. */
  readonly temporalCli: string | undefined;
  /** Folder that keeps a downloaded or built Temporal CLI: `vqi` in XDG_CACHE_HOME or ~/.cache. */
  readonly cacheDir: string;
  readonly path: string;
  /** Compute threads: VQI_THREADS; undefined: one per core. */
  readonly threads: number | undefined;
  /** Folders from which workflows may read: VQI_INPUT_ROOTS, else the working directory, unless it is the file system's root. */
  readonly inputRoots: readonly string[];
  /** Where machines share files: VQI_STORE, VQI_MOUNTED_INPUTS, VQI_CACHE_GB; undefined: nowhere. */
  readonly store: StoreOptions | undefined;
  /** Key of anonymised captures: VQI_ANONYMISE_KEY. */
  readonly anonymiseKey: Uint8Array | undefined;
  /** Least level of what is logged: VQI_LOG_LEVEL; undefined: as usual for where the log goes. */
  readonly logLevel: (typeof LOG_LEVELS)[number] | undefined;
  /** host:port at which `vqi worker` serves metrics: VQI_METRICS. */
  readonly metrics: string | undefined;
  /** The deployment that workers belong to: VQI_DEPLOYMENT, VQI_BUILD_ID; undefined: they are not versioned. */
  readonly deployment: { readonly name: string; readonly buildId: string | undefined } | undefined;
}

/** Reads the environment. @throws Error if a variable is malformed */
export function readSettings(given: NodeJS.ProcessEnv = process.env): Settings {
  // Shells and container files unset a variable by an empty value.
  const env = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const threads = env['VQI_THREADS'];
  if (threads !== undefined && !/^[1-9]\d*$/.test(threads)) {
    throw new Error(`VQI_THREADS must be a positive whole number, not ${threads}`);
  }
  const key = env['VQI_ANONYMISE_KEY'];
  if (key !== undefined && !/^[0-9a-f]{64}$/i.test(key)) {
    throw new Error('VQI_ANONYMISE_KEY must be 64 hexadecimal digits: create one with openssl rand -hex 32');
  }
  const cacheGb = env['VQI_CACHE_GB'] ?? '20';
  if (!/^\d+(\.\d+)?$/.test(cacheGb)) throw new Error(`VQI_CACHE_GB must be a number, not ${cacheGb}`);
  const store = env['VQI_STORE'];
  const mountedInputs = foldersIn(env['VQI_MOUNTED_INPUTS']);
  const bucket = [resolvePath(env['VQI_HOME'] ?? '.vqi'), ...mountedInputs].find(isInBucket);
  if (bucket !== undefined)
    throw new Error(
      `VQI_HOME and VQI_MOUNTED_INPUTS must be folders, not ${bucket}: captures in buckets are read without a mount (VQI_INPUT_ROOTS)`,
    );
  const inputRoots = env['VQI_INPUT_ROOTS'];
  const roots =
    inputRoots === undefined
      ? [process.cwd()].filter((cwd) => cwd !== parse(cwd).root)
      : foldersIn(inputRoots);
  return {
    home: resolve(env['VQI_HOME'] ?? '.vqi'),
    temporalCli: env['VQI_TEMPORAL_CLI'],
    cacheDir: join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'vqi'),
    path: env['PATH'] ?? '',
    inputRoots: [...roots, ...mountedInputs],
    threads: threads === undefined ? undefined : Number(threads),
    store:
      store === undefined
        ? undefined
        : {
            url: store,
            mountedInputs,
            cacheBytes: Number(cacheGb) * 1e9,
          },
    anonymiseKey: key === undefined ? undefined : Uint8Array.from(Buffer.from(key, 'hex')),
    logLevel: logLevelIn(env['VQI_LOG_LEVEL']),
    metrics: metricsIn(env['VQI_METRICS']),
    deployment: deploymentIn(env['VQI_DEPLOYMENT'], env['VQI_BUILD_ID']),
  };
}

/** Separates as PATH does; the colon of s3:// does not. */
const SEPARATOR = delimiter === ':' ? /(?<!(?:^|:)s3(?=:\/\/)):/ : delimiter;

/** Absolute folders, or prefixes of buckets, in a text that separates them as PATH does. */
function foldersIn(text = ''): string[] {
  return text
    .split(SEPARATOR)
    .filter((folder) => folder !== '')
    .map((folder) => resolvePath(folder));
}

function logLevelIn(text: string | undefined): Settings['logLevel'] {
  const level = LOG_LEVELS.find((each) => each === text);
  if (text !== undefined && level === undefined)
    throw new Error(`VQI_LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, not ${text}`);
  return level;
}

function metricsIn(address: string | undefined): string | undefined {
  if (address !== undefined && !/^(\d+(\.\d+){3}|\[[0-9a-f:]+\]):\d+$/i.test(address))
    throw new Error(`VQI_METRICS must be an IP address and a port, such as 127.0.0.1:9464, not ${address}`);
  return address;
}

/** Temporal puts a dot between both. */
function deploymentIn(name: string | undefined, buildId: string | undefined): Settings['deployment'] {
  if (name === undefined) {
    if (buildId === undefined) return undefined;
    throw new Error(
      'VQI_BUILD_ID is set, but not VQI_DEPLOYMENT: set the name of the deployment too, or unset it',
    );
  }
  if (!/^[\w-]+$/.test(name))
    throw new Error(`VQI_DEPLOYMENT must be a name of letters, digits, - and _, not ${name}`);
  if (buildId !== undefined && !/^[\w.-]+$/.test(buildId))
    throw new Error(`VQI_BUILD_ID must be a name of letters, digits, -, _ and ., not ${buildId}`);
  return { name, buildId };
}
