import { constants } from 'node:os';

/** The command could not do what it was asked to do, or a check found something wrong. */
export const FAILED_EXIT_CODE = 1;
/** The command gave an answer, but left captures out. */
export const SKIPPED_EXIT_CODE = 2;

/** Exit code of a command that a signal ended, as shells report it. */
export function signalExitCode(signal: 'SIGHUP' | 'SIGINT' | 'SIGTERM'): number {
  return 128 + constants.signals[signal];
}

/** All exit codes, with what they mean. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [
    FAILED_EXIT_CODE,
    'not done: the last lines on standard error give the cause and the next step; `vqi doctor`: something is wrong',
  ],
  [
    SKIPPED_EXIT_CODE,
    'done, but captures that cannot be read were left out; they are named on standard error (`--strict` stops instead)',
  ],
  [signalExitCode('SIGHUP'), 'the terminal was closed; a run is stopped, not ended, and can be continued'],
  [signalExitCode('SIGINT'), 'Ctrl-C; a run is stopped, not ended, and can be continued'],
  [signalExitCode('SIGTERM'), 'SIGTERM; a run is stopped, not ended, and can be continued'],
];
