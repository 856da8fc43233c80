import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runLogged } from './run-logged.js';

const DOWNLOAD_TIMEOUT_MS = 180_000;
/** Without a sign of the file after this time the host is taken to be unreachable. */
const FIRST_BYTE_TIMEOUT_MS = 15_000;
/** What the SDK calls an unfinished download (sdk-core, ephemeral_server/mod.rs). */
const UNFINISHED = '.downloading';

/** Where to put the download and whom to tell. */
export interface DownloadTemporalCliOptions {
  /** The file to make; it appears complete or not at all. */
  readonly target: string;
  readonly log: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lets the Temporal SDK download the CLI that it would test with. Rejects with an Error saying why; on a machine
 * that cannot reach the download host this takes from 0.1 s (no such name) to 15 s (no answer).
 */
export async function downloadTemporalCli({
  target,
  log,
  signal,
}: DownloadTemporalCliOptions): Promise<void> {
  const downloadDir = join(dirname(target), '.download');
  await rm(downloadDir, { recursive: true, force: true });
  await mkdir(downloadDir, { recursive: true });
  const noAnswer = new AbortController();
  const firstByte = setTimeout(() => {
    readdir(downloadDir).then(
      (names) => names.length === 0 && noAnswer.abort(),
      () => noAnswer.abort(),
    );
  }, FIRST_BYTE_TIMEOUT_MS);
  log('asking the Temporal SDK to download the Temporal CLI');
  try {
    const failure = await runLogged(
      process.execPath,
      [fileURLToPath(new URL('./download-main.js', import.meta.url)), downloadDir],
      {
        timeoutMs: DOWNLOAD_TIMEOUT_MS,
        onProgress: (seconds) => log(`still downloading the Temporal CLI, ${seconds} s`),
        killSignal: 'SIGKILL',
        signal: signal === undefined ? noAnswer.signal : AbortSignal.any([noAnswer.signal, signal]),
      },
    ).then(
      () => new Error('nothing was downloaded'),
      (error: unknown) => error,
    );
    signal?.throwIfAborted();
    if (noAnswer.signal.aborted)
      throw new Error(`no answer from the download host in ${FIRST_BYTE_TIMEOUT_MS / 1000} s`);
    const file = (await readdir(downloadDir)).find((name) => !name.endsWith(UNFINISHED));
    if (file === undefined) throw failure;
    await rename(join(downloadDir, file), target);
  } finally {
    clearTimeout(firstByte);
    await rm(downloadDir, { recursive: true, force: true });
  }
}
