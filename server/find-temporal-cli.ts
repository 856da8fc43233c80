import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { buildTemporalCli } from './build-temporal-cli.js';
import { downloadTemporalCli } from './download-temporal-cli.js';
import { acquireFileLock, type FileLock } from './file-lock.js';
import { findOnPath } from './find-on-path.js';
import { TemporalServerError } from './temporal-server-error.js';

const VERIFY_TIMEOUT_MS = 30_000;

/** Where to look for the Temporal CLI. */
export interface FindTemporalCliOptions {
  /** The user's own choice (VQI_TEMPORAL_CLI). When it is set, nothing else is tried. */
  readonly explicit?: string | undefined;
  /** Folders to look for `temporal` and `go` in, as in $PATH. */
  readonly path: string;
  /** The project's cache; the CLI is its bin/temporal. */
  readonly cacheDir: string;
  readonly log: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Absolute path of a Temporal CLI that is here already and runs; null: none. @throws TemporalServerError about the user's setting */
export async function installedTemporalCli(
  options: Pick<FindTemporalCliOptions, 'explicit' | 'path' | 'cacheDir'>,
): Promise<string | null> {
  const { explicit, path, cacheDir } = options;
  if (explicit !== undefined && explicit !== '') return verifiedSetting(resolve(explicit), undefined);
  for (const cli of [findOnPath('temporal', path), cached(resolve(join(cacheDir, 'bin', 'temporal')))]) {
    const runs =
      cli !== null &&
      (await verify(cli, undefined).then(
        () => true,
        () => false,
      ));
    if (runs) return cli;
  }
  return null;
}

/**
 * Absolute path of a Temporal CLI that runs with `--version`. Tried in order: the user's setting, PATH, the project's
 * cache, the SDK's download, `go install` (about six minutes). A downloaded or built CLI is stored in the cache; a lock
 * prevents two processes from installing it at the same time.
 *
 * @throws TemporalServerError listing each attempt, why it failed and what the user can do
 */
export async function findTemporalCli(options: FindTemporalCliOptions): Promise<string> {
  const { explicit, path, log, signal } = options;
  if (explicit !== undefined && explicit !== '') return verifiedSetting(resolve(explicit), signal);

  const target = resolve(join(options.cacheDir, 'bin', 'temporal'));
  const failures: string[] = [];
  const attempt = async (source: string | null, find: () => string | null | Promise<string | null>) => {
    try {
      const cli = await find();
      if (cli === null) throw new Error('not found');
      await verify(cli, signal);
      return cli;
    } catch (error) {
      signal?.throwIfAborted();
      if (source !== null) failures.push(`${source}: ${reason(error)}`);
      return null;
    }
  };

  const existing =
    (await attempt('`temporal` on PATH', () => findOnPath('temporal', path))) ??
    (await attempt(`the cache (${target})`, () => cached(target)));
  if (existing !== null) return existing;

  const lock = await installLock(join(options.cacheDir, 'install.lock'), options);
  try {
    const install = (make: () => Promise<void>) => () => make().then(() => target);
    const installed =
      (await attempt(null, () => cached(target))) ??
      (await attempt(
        "the Temporal SDK's download",
        install(() => downloadTemporalCli({ target, log, signal })),
      )) ??
      (await attempt(
        'building it with Go',
        install(() => buildTemporalCli({ path, target, log, signal })),
      ));
    if (installed === null) throw new TemporalServerError(notFoundMessage(failures));
    return installed;
  } finally {
    await lock.release();
  }
}

const cached = (target: string) => findOnPath('temporal', join(target, '..'));

async function verifiedSetting(cli: string, signal: AbortSignal | undefined): Promise<string> {
  try {
    await verify(cli, signal);
    return cli;
  } catch (error) {
    signal?.throwIfAborted();
    throw new TemporalServerError(
      `VQI_TEMPORAL_CLI is ${cli}, but that is not a working Temporal CLI: ${reason(error)}\n` +
        'Correct it, or unset it to search for another Temporal CLI.',
      { cause: error },
    );
  }
}

/** Rejects unless the program reports that it is the Temporal CLI. */
async function verify(cli: string, signal: AbortSignal | undefined): Promise<void> {
  const { stdout } = await promisify(execFile)(cli, ['--version'], {
    timeout: VERIFY_TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!stdout.startsWith('temporal version')) {
    throw new Error(`\`${cli} --version\` printed: ${stdout.slice(0, 100).trim() || 'nothing'}`);
  }
}

async function installLock(path: string, options: FindTemporalCliOptions): Promise<FileLock> {
  for (let seconds = 0; ; seconds++) {
    const result = await acquireFileLock(path);
    if (result.acquired) return result.lock;
    if (seconds % 5 === 0) {
      options.log(
        `waiting for process ${result.holder.pid}, which is installing the Temporal CLI, ${seconds} s so far`,
      );
    }
    await delay(1000, undefined, { signal: options.signal });
  }
}

function notFoundMessage(failures: readonly string[]): string {
  return [
    'No Temporal server can be started, because no Temporal CLI was found. Tried:',
    ...failures.map((failure) => `- ${failure}`),
    'To solve this, do one of the following:',
    '- set TEMPORAL_ADDRESS=host:port, to use a Temporal server that already runs',
    '- set VQI_TEMPORAL_CLI=/path/to/temporal, to use a Temporal CLI that is not on PATH',
    '- install the Temporal CLI: https://docs.temporal.io/cli#install',
    '- install Go (https://go.dev/dl), so that the CLI can be built here',
  ].join('\n');
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error);
}
