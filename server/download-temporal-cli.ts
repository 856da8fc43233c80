import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runLogged } from './run-logged.js';

const DOWNLOAD_TIMEOUT_MS = 180_000;
/** If no file has appeared after this time, the host counts as unreachable. */
const FIRST_BYTE_TIMEOUT_MS = 15_000;
/** End of the file name of an unfinished download of the SDK (sdk-core, ephemeral_server/mod.rs). */
const UNFINISHED = '.downloading';

export interface DownloadTemporalCliOptions {
  /** The file to create, complete or not at all. */
  readonly target: string;
  readonly log: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Downloads the Temporal CLI with the Temporal SDK, which uses it for tests. Rejects with an Error that contains the
 * reason; on a machine that cannot reach the download host this takes from 0.1 s (no such name) to 15 s (no response).
 */
export async function downloadTemporalCli({
  target,
  log,
  signal,
}: DownloadTemporalCliOptions): Promise<void> {
  const downloadDir = join(dirname(target), '.download');
  await rm(downloadDir, { recursive: true, force: true });
  await mkdir(downloadDir, { recursive: true });
  const noResponse = new AbortController();
  const firstByte = setTimeout(() => {
    readdir(downloadDir).then(
      (names) => names.length === 0 && noResponse.abort(),
      () => noResponse.abort(),
    );
  }, FIRST_BYTE_TIMEOUT_MS);
  log('downloading the Temporal CLI with the Temporal SDK');
  try {
    const failure = await runLogged(
      process.execPath,
      [fileURLToPath(new URL('./download-main.js', import.meta.url)), downloadDir],
      {
        timeoutMs: DOWNLOAD_TIMEOUT_MS,
        onProgress: (seconds) => log(`still downloading the Temporal CLI, ${seconds} s`),
        killSignal: 'SIGKILL',
        signal: signal === undefined ? noResponse.signal : AbortSignal.any([noResponse.signal, signal]),
      },
    ).then(
      () => new Error('nothing was downloaded'),
      (error: unknown) => error,
    );
    signal?.throwIfAborted();
    if (noResponse.signal.aborted)
      throw new Error(`no response from the download host within ${FIRST_BYTE_TIMEOUT_MS / 1000} s`);
    const file = (await readdir(downloadDir)).find((name) => !name.endsWith(UNFINISHED));
    if (file === undefined) throw failure;
    await rename(join(downloadDir, file), target);
  } finally {
    clearTimeout(firstByte);
    await rm(downloadDir, { recursive: true, force: true });
  }
}
