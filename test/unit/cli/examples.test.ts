import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { allCommands } from '../../../cli/all-commands.js';
import { commandDocs } from '../../../cli/command-docs.js';
import { EXAMPLES } from '../../../cli/examples.js';
import { program } from '../../../cli/program.js';
import { projectRoot } from '../../../common/project-root.js';

const commands = allCommands(program);
/** They run until they are ended, or print what a shell reads. */
const WITHOUT_ANSWER = ['', 'worker', 'server', 'codec-server', 'completion'];

/** The words of a command line, as a shell gives them; what comes after > is its own. */
function words(line: string): string[] {
  const [command = ''] = line.split(/ >>? /);
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

describe('the commands', () => {
  it('have one example each, which is what their help ends with', () => {
    assert.deepEqual(Object.keys(EXAMPLES).sort(), commands.map(({ path }) => path).sort());
    for (const { path, command } of commands) {
      let help = '';
      command.configureOutput({ writeOut: (text) => void (help += text) });
      command.outputHelp();
      assert.ok(help.trimEnd().endsWith(EXAMPLES[path]!.command), help);
    }
  });

  it('take their examples', async () => {
    for (const [path, { command: line }] of Object.entries(EXAMPLES)) {
      const ran: string[] = [];
      for (const each of commands) {
        each.command.exitOverride();
        if (each.command.commands.length === 0) each.command.action(() => void ran.push(each.path));
      }
      await program.parseAsync(words(line).slice(1), { from: 'user' });
      const wanted = path === '' ? 'start' : ['runs', 'models'].includes(path) ? `${path} list` : path;
      assert.deepEqual(ran, [wanted], line);
    }
  });

  it('print their answer as JSON if asked to', () => {
    const without = commands.filter(
      ({ path, command }) =>
        command.commands.length === 0 &&
        !WITHOUT_ANSWER.includes(path) &&
        !command.options.some(({ long }) => long === '--json'),
    );
    assert.deepEqual(without, []);
  });

  it('are described in docs/cli.md as they are: else npm run docs:cli', () => {
    assert.equal(readFileSync(join(projectRoot(), 'docs', 'cli.md'), 'utf8'), commandDocs(program));
  });
});

it('the quick examples do what they say, in the order in which they use the files of each other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-examples-'));
  const run = (line: string, ...more: string[]): string => {
    const [, ...args] = [...words(line), ...more];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(projectRoot(), 'dist', 'cli', 'main.js'), ...args],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, VQI_HOME: join(folder, 'home') } },
    );
    assert.equal(status, 0, `${line}\n${stderr}`);
    return stdout;
  };
  try {
    const made = ['simulate', 'splice', 'mix-background'].map(
      (name) =>
        JSON.parse(run(EXAMPLES[name]!.command, '--json')) as { sessions: number; sessionsFile: string },
    );
    assert.deepEqual(
      made.map(({ sessions }) => sessions),
      [6, 2, 6],
    );
    for (const { sessions, sessionsFile } of made)
      assert.equal(readFileSync(sessionsFile, 'utf8').trim().split('\n').length, sessions + 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
