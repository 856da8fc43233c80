import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { completionScript } from '../../../cli/completion-script.js';
import { program } from '../../../cli/program.js';
import { SHELLS, type Shell } from '../../../cli/shells.js';

/** A line to complete, and what must be among the suggestions, and what must not. */
const CASES: readonly (readonly [words: string[], some: string[], none: string[]])[] = [
  [['st'], ['start'], ['runs']],
  [['models', ''], ['list', 'show', 'promote', 'export'], ['start']],
  [['models', 'show', '--j'], ['--json'], ['--out']],
  [['analyse', 'x.pcap', '--align', ''], ['session', 'epoch'], ['start']],
  [['analyse', '--align', 'session', '--l'], ['--lengths'], ['--align']],
  [['completion', ''], ['bash', 'zsh', 'fish'], ['start']],
  [['--v'], ['--version'], ['--json']],
  [['help', 'r'], ['runs', 'retry-trial'], ['start']],
];

/** Commands by which a shell says how it would complete the last of these words. */
const ASK: Readonly<Record<Shell, (script: string, line: readonly string[]) => string[]>> = {
  bash: (script, line) => [
    '--norc',
    '-c',
    `source ${script}; COMP_WORDS=(vqi ${line.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${line.length}; _vqi; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  zsh: (script, line) => [
    '-f',
    '-c',
    // Outside of a completion, compadd cannot be called: the words that it gets are the suggestions.
    `compdef() { : }; _files() { : }; compadd() { shift; print -l -- \${(M)@:#$words[CURRENT]*}; }; source ${script}
words=(vqi ${line.map((word) => `'${word}'`).join(' ')}); CURRENT=${line.length + 1}; _vqi`,
  ],
  fish: (script, line) => ['-N', '-c', `source ${script}; complete -C 'vqi ${line.join(' ')}'`],
};

for (const shell of SHELLS)
  describe(`the completion of ${shell}`, () => {
    const isThere = spawnSync(shell, ['-c', 'true']).status === 0;
    it('completes commands, options and choices', { skip: !isThere && `${shell} is not installed` }, () => {
      const folder = mkdtempSync(join(tmpdir(), 'vqi-completion-'));
      try {
        const script = join(folder, 'vqi');
        writeFileSync(script, completionScript(shell, program));
        for (const [line, some, none] of CASES) {
          const { stdout, stderr } = spawnSync(shell, ASK[shell](script, line), {
            encoding: 'utf8',
            cwd: folder,
            env: { PATH: process.env['PATH'], HOME: folder },
          });
          const given = stdout.split('\n').map((each) => each.split('\t')[0] ?? '');
          for (const word of some) assert.ok(given.includes(word), `${line.join(' ')}: ${stdout}${stderr}`);
          for (const word of none) assert.ok(!given.includes(word), `${line.join(' ')}: ${stdout}`);
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
