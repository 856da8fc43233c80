import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { completionScript } from '../completion-script.js';
import type { Shell } from '../shells.js';

/** `vqi completion SHELL`: prints the script that completes the commands of this version. */
export function runCompletionCommand(shell: Shell, program: CommandUnknownOpts): void {
  process.stdout.write(completionScript(shell, program));
}
