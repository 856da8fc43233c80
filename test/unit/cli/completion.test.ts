import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { completionScript } from '../../../cli/completion-script.js';
import { program } from '../../../cli/program.js';
import { SHELLS, type Shell } from '../../../cli/shells.js';
import { projectRoot } from '../../../common/project-root.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import { recordModel } from '../../../warehouse/runs/record.js';
import { registerRun } from '../../../warehouse/runs/register-run.js';

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
  [['k'], [], ['known-ids']],
  [['runs', 'show', ''], ['run-1', 'run-2'], ['list']],
  [['runs', 'compare', 'run-1', 'run-2'], ['run-2'], ['run-1']],
  [['export', 'packets', '--run', 'r'], ['run-1', 'run-2'], ['tree-1']],
  [['infer', 'x.pcap', '--model', ''], ['tree-1'], ['run-1']],
  [['models', 'show', ''], ['tree-1'], ['--json']],
  [['start', '--timeline', 'eve'], ['evening-1'], ['run-1']],
];
/** The name of a session, from a stranger's file, that a shell must not run. */
const HOSTILE = 'evening $(touch pwned)';

/** A program `vqi` and a warehouse with two runs, a model and two sessions. */
async function makeHome(folder: string): Promise<void> {
  const main = join(projectRoot(), 'dist', 'cli', 'main.js');
  writeFileSync(join(folder, 'vqi'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, {
    mode: 0o755,
  });
  await withWarehouse(join(folder, 'home', 'warehouse.duckdb'), async (warehouse) => {
    for (const runId of ['run-1', 'run-2'])
      await registerRun(warehouse, { runId, config: {}, simulated: false }, []);
    await recordModel(warehouse, {
      ...{ modelId: 'tree-1', runId: 'run-1', trial: 1, family: 'decision-tree', setting: {} },
      ...{ artifactPath: '', artifactSha256: '', trainingSha256: '', trainingRows: 1, trainingSessions: 1 },
      ...{ featureCount: 1, classesPx: [240, 480], choice: null, isBaseline: true, metrics: {} },
      ...{ kind: null, origins: [], judge: null },
    });
    await warehouse.run(
      'insert into main.all_timelines by name select unnest([$one, $hostile]) as session_id, 0 as window_index, $run as run_id, now()::timestamp as run_began_at',
      { one: 'evening-1', hostile: HOSTILE, run: 'run-1' },
    );
  });
}

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
    it(
      'completes commands, options, choices and ids',
      { skip: !isThere && `${shell} is not installed` },
      async () => {
        const folder = mkdtempSync(join(tmpdir(), 'vqi-completion-'));
        try {
          await makeHome(folder);
          const script = join(folder, 'script');
          writeFileSync(script, completionScript(shell, program));
          for (const [line, some, none] of CASES) {
            const { stdout, stderr } = spawnSync(shell, ASK[shell](script, line), {
              encoding: 'utf8',
              cwd: folder,
              env: {
                ...{ PATH: `${folder}:${process.env['PATH']}`, HOME: folder },
                VQI_HOME: join(folder, 'home'),
              },
            });
            const given = stdout.split('\n').map((each) => each.split('\t')[0] ?? '');
            for (const word of some) assert.ok(given.includes(word), `${line.join(' ')}: ${stdout}${stderr}`);
            assert.ok(!existsSync(join(folder, 'pwned')), line.join(' '));
            for (const word of none) assert.ok(!given.includes(word), `${line.join(' ')}: ${stdout}`);
          }
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    );
  });
