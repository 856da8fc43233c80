import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { writeSimulation } from '../cli/write-simulation.js';
import { projectRoot } from '../common/project-root.js';
import { CONSTANT_SIMULATION } from '../test/constant-simulation.js';
import { convertDataset } from '../warehouse/datasets/convert-dataset.js';
import { commandsOf } from './documented/commands.js';
import { fateOf } from './documented/fate.js';
import { shim } from './documented/shim.js';

const LONGEST_MS = 900_000;

/**
 * Runs the commands of README.md and docs/ in a clean folder with a clean home, as a reader would, on small data of the names
 * that they have there. docs/course.md, whose output is shown, is checked by `npm run course -- --check`.
 */
const folder = await mkdtemp(join(tmpdir(), 'vqi-docs-'));
let failed = 0;
try {
  const root = projectRoot();
  const programs = join(folder, 'programs');
  const place = join(folder, 'reader');
  await mkdir(programs);
  await mkdir(place);
  await shim(programs);
  await makeData(place);
  const pages = [
    'README.md',
    ...(await readdir(join(root, 'docs'))).map((name) => join('docs', name)).sort(),
  ];
  const done = new Set<string>();
  for (const page of pages.filter((name) => name.endsWith('.md') && name !== join('docs', 'course.md')))
    for (const { line, text } of commandsOf(await readFile(join(root, page), 'utf8'))) {
      const fate = fateOf(text);
      const known = `${page}:${line}: ${text}`;
      if (fate === null) throw new Error(`${known}: nothing is known of it, see bench/documented/fate.ts`);
      if (!fate.run) process.stdout.write(`left out  ${known}: ${fate.why}\n`);
      if (!fate.run || done.has(text)) continue;
      done.add(text);
      const startMs = performance.now();
      const { code, said } = await run(inReadersWords(text), place, programs);
      const seconds = Math.round((performance.now() - startMs) / 1000);
      process.stdout.write(`${code === 0 ? 'succeeded' : 'FAILED   '} ${known} (${seconds} s)\n`);
      if (code === 0) continue;
      failed += 1;
      process.stdout.write(`${said.trim().split('\n').slice(-8).join('\n')}\n`);
    }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/** What a reader puts in place of the words in capitals. */
function inReadersWords(text: string): string {
  return text
    .replace(/^npm start -- --data DIR$/, '$& --run-id first')
    .replace(/evaluate DIR$/, 'evaluate UNSEEN')
    .replace(/--run ID\b/, '--run first')
    .replace(/\bmy-run\b/, 'first')
    .replace(/\bother-run\b/, 'tonight')
    .replace(/--data captures\b/, '--data DIR')
    .replace(/evaluate labelled\b/, 'evaluate UNSEEN');
}

/** Captures and datasets, small enough that a run takes a minute. */
async function makeData(place: string): Promise<void> {
  const sessions = { ...CONSTANT_SIMULATION, durationSeconds: 60 };
  await writeSimulation({ ...sessions, directory: join(place, 'DIR'), seed: 1, sessions: 20 });
  await writeSimulation({ ...sessions, directory: join(place, 'UNSEEN'), seed: 2, sessions: 5 });
  const [capture = ''] = (await readdir(join(place, 'UNSEEN'))).filter((name) => name.endsWith('.pcap'));
  await pipeline(
    createReadStream(join(place, 'UNSEEN', capture)),
    createGzip(),
    createWriteStream(join(place, 'capture.pcap.gz')),
  );
  const rungs = [240, 480, 1080];
  const table = (names: readonly string[]): string => {
    const rows = Array.from({ length: 300 }, (_, row) => {
      const [session, window] = [Math.floor(row / 10), row % 10];
      const rung = rungs[session % 3] ?? 0;
      const noise = (Math.imul(row + 7, 2654435761) >>> 8) % 400;
      return [
        `s${session}`,
        rung,
        10 * window,
        `home${session % 6}`,
        rung + noise,
        noise,
        rung * 2 + 3 * noise,
      ].join();
    });
    return [[...names, 'largest', 'gap', 'total'].join(), ...rows, ''].join('\n');
  };
  await writeFile(join(place, 'windows.csv'), table(['play_id', 'height', 'second', 'household']));
  // Formats are recognised by content: Parquet may have the name of a pickle.
  const known = join(place, 'known.csv');
  await writeFile(known, table(['session_id', 'resolution', 'relative_timestamp', 'home_id']));
  await convertDataset(known, 'csv', join(place, 'windows.pkl'));
  const published = (await readFile(known, 'utf8')).replace(
    'largest,gap,total',
    '10_max_chunksize,down_chunk_iat_avg,cumsum_diff',
  );
  await writeFile(known, published);
  await convertDataset(known, 'csv', join(place, 'netflix_dataset.pkl'));
}

async function run(
  text: string,
  cwd: string,
  programs: string,
): Promise<{ code: number | null; said: string }> {
  const path = [programs, process.env['PATH'] ?? ''].join(delimiter);
  const home = join(cwd, 'home');
  await mkdir(home, { recursive: true });
  // The Temporal CLI is not downloaded again.
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const child = spawn('sh', ['-e', '-c', text], {
    ...{ cwd, detached: true },
    env: {
      ...{ ...process.env, PATH: path, VQI_HOME: join(cwd, '.vqi') },
      ...{ HOME: home, XDG_CACHE_HOME: cache },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => (said += piece));
  const timer = setTimeout(() => {
    said += `\nnot ended after ${LONGEST_MS / 60_000} minutes`;
    process.kill(-child.pid!, 'SIGTERM');
  }, LONGEST_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearTimeout(timer));
  return { code, said };
}
