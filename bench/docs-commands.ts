import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../common/project-root.js';
import { DEFAULT_PORT } from '../server/connect.js';
import { sharedData } from '../test/shared-data.js';
import { commandsOf, type DocumentedCommand } from './documented/commands.js';
import { fateOf } from './documented/fate.js';
import { Reader, type Outcome } from './documented/reader.js';
import { makeReadersData } from './documented/readers-data.js';
import { SHARED } from './documented/run-page.js';
import { shim } from './documented/shim.js';

/** This page starts what others use. */
const FIRST = join('docs', 'temporal.md');
const COURSE = join('docs', 'course.md');
const WORKER = 'npm run worker';

/**
 * Runs the commands of README.md and docs/ in a clean folder with a clean home, as a reader would, on small data of the names
 * that they have there, and compares what they print with what the pages show: to the letter from a command on that names the
 * shared data, else all but numbers, ids and times. docs/course.md is checked by `npm run course -- --check`.
 */
const only = process.argv.slice(3);
if (await answers(DEFAULT_PORT))
  throw new Error(
    `a program listens on port ${DEFAULT_PORT} of this machine: the commands \`temporal …\` of the pages would reach it; end it first`,
  );
const folder = await mkdtemp(join(tmpdir(), 'vqi-docs-'));
const programs = join(folder, 'programs');
const place = join(folder, 'reader');
const reader = new Reader(place, programs);
const done = new Set<string>();
const counts = { succeeded: 0, compared: 0, FAILED: 0 };
try {
  await mkdir(programs);
  await mkdir(place);
  await shim(programs);
  await makeReadersData(place);
  const pages = (await readdir(join(projectRoot(), 'docs'))).map((name) => join('docs', name)).sort();
  const others = ['README.md', ...pages.filter((name) => name.endsWith('.md') && name !== COURSE)];
  for (const page of new Set([FIRST, ...others]))
    if (only.length === 0 || only.some((name) => page.includes(name))) await followPage(page);
} finally {
  await reader.stop();
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(
  `${counts.succeeded} succeeded, ${counts.compared} of them printed what their page shows; ${counts.FAILED} failed\n`,
);
process.exitCode = counts.FAILED === 0 ? 0 : 1;

/** Whether a program accepts connections at a port of this machine. */
async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function followPage(page: string): Promise<void> {
  const commands = commandsOf(await readFile(join(projectRoot(), page), 'utf8'));
  let figures: 'same' | 'any' = 'any';
  for (const command of commands) {
    // What a page does with the shared data has the same figures everywhere.
    if (command.text.includes(SHARED)) figures = 'same';
    await followCommand(page, command, figures);
  }
  await reader.stop();
}

async function followCommand(
  page: string,
  command: DocumentedCommand,
  figures: 'same' | 'any',
): Promise<void> {
  const { line, text, output } = command;
  const known = `${page}:${line}: ${text}`;
  const fate = fateOf(text);
  if (fate === null) throw new Error(`${known}: nothing is known of it, see bench/documented/fate.ts`);
  const data = text.includes(SHARED) ? sharedData() : '';
  const why = fate.run === false ? fate.why : data === null ? `there is no ${SHARED}` : null;
  if (why !== null) process.stdout.write(`left out  ${known}: ${why}\n`);
  if (why !== null || done.has(text)) return;
  if (text.startsWith('temporal ') && !reader.hasLeftRunning)
    await reader.leaveRunning(WORKER, 'worker ready');
  const startMs = performance.now();
  const words = inReadersWords(text).replaceAll(SHARED, data ?? '');
  const outcome =
    fate.run === 'until stopped'
      ? await reader.leaveRunning(words, output ?? '')
      : await reader.run(words, output, figures);
  done.add(text);
  say(known, command, outcome, Math.round((performance.now() - startMs) / 1000));
}

function say(known: string, { output }: DocumentedCommand, outcome: Outcome, seconds: number): void {
  const { code, missing, said } = outcome;
  // A page may show how a command is refused.
  const isRefusal = output?.includes('level=ERROR') === true;
  const isRight = missing === null && (isRefusal ? code !== 0 : code === 0);
  const isCompared = isRight && output !== null;
  const state = isRight ? 'succeeded' : 'FAILED';
  counts[state] += 1;
  if (isCompared) counts.compared += 1;
  const rest = isCompared ? ', as shown' : '';
  process.stdout.write(`${state.padEnd(9)} ${known} (${seconds} s${rest})\n`);
  if (isRight) return;
  if (missing !== null) process.stdout.write(`  not printed: ${missing}\n`);
  process.stdout.write(`${said.trim().split('\n').slice(-12).join('\n')}\n`);
}

/** What a reader puts in place of the words in capitals. */
function inReadersWords(text: string): string {
  return text
    .replace(/^npm start -- --data DIR$/, '$& --run-id first')
    .replace(/evaluate DIR$/, 'evaluate UNSEEN')
    .replace(/--run ID\b/, '--run first')
    .replace(/\bmy-run\b/, text.startsWith('temporal ') ? '$&' : 'first')
    .replace(/\bother-run\b/, 'tonight')
    .replace(/--data captures\b/, '--data DIR')
    .replace(/evaluate labelled\b/, 'evaluate UNSEEN')
    .replace('/etc/vqi/keys', 'keys');
}
