import { join, resolve } from 'node:path';
import { say } from '../say.js';
import { writeBackground } from '../write-background.js';

export interface MixBackgroundCommandOptions {
  readonly data: string;
  readonly out: string;
  readonly flows: number;
  readonly only?: readonly string[] | undefined;
  readonly seed: number;
}

/** `vqi mix-background`: writes labelled captures with flows of other applications mixed in. */
export async function runMixBackgroundCommand(options: MixBackgroundCommandOptions): Promise<void> {
  const out = resolve(options.out);
  const { isTTY } = process.stderr;
  const { sessions, originalBytes, addedBytes, skipped } = await writeBackground({
    ...options,
    data: resolve(options.data),
    out,
    only: options.only ?? null,
    onProgress: (step) => {
      process.stderr.write(isTTY ? `\r${step}\u001b[K` : `${step}\n`);
    },
  });
  if (isTTY) process.stderr.write('\n');
  for (const reason of skipped) say(`warning: left out: ${reason}`);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  process.stdout.write(
    `${sessions} sessions of ${megabytes(originalBytes)}, with ${options.flows} flows each of ${megabytes(addedBytes)} in all: ${join(out, 'sessions.csv')}\n`,
  );
}
