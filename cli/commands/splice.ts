import { join } from 'node:path';
import { countText } from '../../common/count-text.js';
import { localPath } from '../local-path.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { sayWhile } from '../say.js';
import { writeSplices } from '../write-splices.js';

export interface SpliceCommandOptions extends AnswerOptions {
  readonly data: string;
  readonly out: string;
  readonly sessions: number;
  readonly only?: readonly string[] | undefined;
  readonly seed: number;
  readonly pieceSeconds: readonly [number, number];
}

/** `vqi splice`: writes captures that switch resolution, spliced from labelled captures of one resolution each. */
export async function runSpliceCommand(options: SpliceCommandOptions): Promise<void> {
  const out = localPath(options.out);
  const { isTTY } = process.stderr;
  let last = 'reading';
  const writing = writeSplices({
    data: localPath(options.data),
    out,
    sessions: options.sessions,
    only: options.only ?? null,
    seed: options.seed,
    pieceSeconds: options.pieceSeconds,
    onProgress: (step) => {
      last = step;
      if (isTTY) process.stderr.write(`\r${step}\u001b[K`);
    },
  });
  const { sessions } = await (isTTY ? writing : sayWhile(() => last, writing));
  if (isTTY) process.stderr.write('\n');
  const pieces = sessions.reduce((sum, session) => sum + session.pieces.length, 0);
  const sessionsFile = join(out, 'sessions.csv');
  printAnswer(
    options,
    { sessions: sessions.length, pieces, sessionsFile },
    () =>
      `${countText(sessions.length, 'spliced session')} of ${countText(pieces, 'piece')}: ${sessionsFile}\n`,
  );
}
