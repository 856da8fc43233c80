import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findOnPath } from './find-on-path.js';
import { runLogged } from './run-logged.js';

/** The newest release that `go install` accepts: later ones carry a `replace` directive. */
const CLI_MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const BUILD_TIMEOUT_MS = 30 * 60_000;

export interface BuildTemporalCliOptions {
  /** Folders to look for `go` in, as in $PATH. */
  readonly path: string;
  /** The file to create, complete or not at all. */
  readonly target: string;
  readonly log: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compiles the Temporal CLI with the Go tool chain: about six minutes on two cores the first time.
 * Rejects with an Error that contains the reason and the tool's last lines.
 */
export async function buildTemporalCli({
  path,
  target,
  log,
  signal,
}: BuildTemporalCliOptions): Promise<void> {
  const go = findOnPath('go', path);
  if (go === null) throw new Error('no `go` on PATH');
  await mkdir(dirname(target), { recursive: true });
  const workDir = await mkdtemp(join(dirname(target), '.build-'));
  log(`building the Temporal CLI with ${go} install ${CLI_MODULE}: about six minutes, once`);
  try {
    await runLogged('env', [`GOBIN=${workDir}`, go, 'install', CLI_MODULE], {
      timeoutMs: BUILD_TIMEOUT_MS,
      onProgress: (seconds, lastLine) =>
        log(
          `still building the Temporal CLI, ${seconds} s${lastLine === '' ? ' (compiling)' : `: ${lastLine}`}`,
        ),
      signal,
    });
    await rename(join(workDir, 'temporal'), target);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}
