import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { commandsOf, wordsOf } from '../../../bench/documented/commands.js';
import { fateOf } from '../../../bench/documented/fate.js';
import { projectRoot } from '../../../common/project-root.js';

const root = projectRoot();
const pages = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const commands = pages.flatMap((page) =>
  commandsOf(textOf(page)).map(({ line, text }) => ({ place: `${page}:${line}`, text })),
);

const { scripts: SCRIPTS } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

/** The words behind `vqi`, also if it is called by a script; null if it is another program. */
function argumentsOf(text: string): string[] | null {
  const words = wordsOf(text).filter((word) => !/^[A-Z_]+=/.test(word));
  const [program, ...rest] = words;
  if (program === 'vqi') return rest;
  if (program !== 'npm') return null;
  const [verb, ...more] = rest;
  const script = verb === 'run' ? more.find((word) => !word.startsWith('--')) : verb;
  const called = /^node scripts\/vqi\.mjs ?(.*)$/.exec(SCRIPTS[script ?? ''] ?? '')?.[1];
  if (called === undefined) return null;
  const behind = rest.indexOf('--');
  return [...(called === '' ? [] : [called]), ...(behind < 0 ? [] : rest.slice(behind + 1))];
}

const helps = new Map<string, string>();
function helpOf(command: readonly string[]): string {
  const key = command.join(' ');
  const known = helps.get(key);
  if (known !== undefined) return known;
  const main = join(root, 'dist', 'cli', 'main.js');
  const help = execFileSync(process.execPath, [main, ...command, '--help'], { encoding: 'utf8' });
  helps.set(key, help);
  return help;
}

describe('every command of the documentation', { timeout: 120_000 }, () => {
  it('is run by npm run docs:commands, or it is said why not', () => {
    assert.ok(commands.length > 40);
    const unknown = commands.filter(({ text }) => fateOf(text) === null);
    assert.deepEqual(unknown, [], 'add what becomes of it to bench/documented/fate.ts');
  });

  it('of vqi has a command and options that exist', () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const { place, text } of commands) {
      const args = argumentsOf(text);
      if (args === null) continue;
      checked += 1;
      const [command = '', sub = ''] = args;
      const isNested = ['runs', 'models'].includes(command) && /^[a-z]+$/.test(sub);
      const help = helpOf(isNested ? [command, sub] : command === '' ? [] : [command]);
      if (command !== '' && !help.startsWith(`Usage: vqi ${command}`)) wrong.push(`${place}: vqi ${command}`);
      for (const option of args.filter((word) => word.startsWith('--')))
        if (!new RegExp(`^ +(-\\w, )?${option}( |$)`, 'm').test(help))
          wrong.push(`${place}: ${option} of ${text}`);
    }
    assert.ok(checked > 20);
    assert.deepEqual(wrong, []);
  });

  it('of npm has a script, and of Temporal a workflow, a message and an input that exist', () => {
    const exported = textOf('workflows/exported.ts');
    const messages = readdirSync(join(root, 'workflows'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => textOf(join('workflows', file)))
      .join('\n');
    const wrong: string[] = [];
    for (const { place, text } of commands) {
      const words = wordsOf(text).filter((word) => !/^[A-Z_]+=/.test(word));
      const after = (option: string): string | null => {
        const at = words.indexOf(option);
        return at < 0 ? null : (words[at + 1] ?? '');
      };
      const report = (what: string): void => void wrong.push(`${place}: ${what}`);
      if (words[0] === 'npm') {
        const script = words[1] === 'run' ? words.slice(2).find((word) => !word.startsWith('--')) : words[1];
        if (script === undefined || (!(script in SCRIPTS) && !['install', 'ci'].includes(script)))
          report(`no script ${String(script)}`);
      }
      if (words[0] !== 'temporal') continue;
      const type = after('--type');
      const isQuery = words[2] === 'query';
      if (type !== null && !isQuery && !new RegExp(`\\b${type}\\b`).test(exported))
        report(`no workflow ${type}`);
      for (const name of [after('--name'), isQuery ? type : null])
        if (name !== null && !messages.includes(`'${name}'`)) report(`no query or update ${name}`);
      const file = after('--input-file');
      if (file !== null && !existsSync(join(root, file))) report(`no file ${file}`);
      const input = after('--input');
      if (input !== null) assert.doesNotThrow(() => void JSON.parse(input), `${place}: ${input}`);
    }
    assert.deepEqual(wrong, []);
  });
});
