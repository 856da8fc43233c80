import { join } from 'node:path';
import { countText } from '../../common/count-text.js';
import { SKIPPED_EXIT_CODE } from '../exit-codes.js';
import { localPath } from '../local-path.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { say, sayWhile } from '../say.js';
import { writeBackground } from '../write-background.js';

export interface MixBackgroundCommandOptions extends AnswerOptions {
  readonly data: string;
  readonly out: string;
  readonly flows: number;
  readonly only?: readonly string[] | undefined;
  readonly seed: number;
}

/** `vqi mix-background`: writes labelled captures with flows of other applications mixed in. */
export async function runMixBackgroundCommand(options: MixBackgroundCommandOptions): Promise<void> {
  const out = localPath(options.out);
  const { isTTY } = process.stderr;
  let last = 'reading';
  const writing = writeBackground({
    ...options,
    data: localPath(options.data),
    out,
    only: options.only ?? null,
    onProgress: (step) => {
      last = step;
      process.stderr.write(isTTY ? `\r${step}\u001b[K` : `${step}\n`);
    },
  });
  const { sessions, originalBytes, addedBytes, skipped } = await (isTTY
    ? writing
    : sayWhile(() => last, writing));
  if (isTTY) process.stderr.write('\n');
  for (const reason of skipped) say(`warning: left out: ${reason}`);
  if (skipped.length > 0) process.exitCode = SKIPPED_EXIT_CODE;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const sessionsFile = join(out, 'sessions.csv');
  printAnswer(
    options,
    { sessions, originalBytes, addedBytes, skipped, sessionsFile },
    () =>
      `${countText(sessions, 'session')} of ${megabytes(originalBytes)}, with ${countText(options.flows, 'flow')} each of ${megabytes(addedBytes)} in all: ${sessionsFile}\n`,
  );
}
