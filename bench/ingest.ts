import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { arch, cpus, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { sharedData } from '../test/shared-data.js';
import { measure, type Usage } from './measure.js';
import { PEERS, type PeerCommand } from './peers.js';
import { writeRepeatedCapture } from './repeated-capture.js';
import { measurementTable, table, type Measured } from './results.js';
import { DECODE, DECODE_ALL, INGEST, targetRows } from './targets.js';

/** Repeats beyond which slow peers are left out. */
const MAX_SLOW_TIMES = 10;

/** A program to run: one of vqi, or a peer that is available. */
interface Contender {
  readonly name: string;
  readonly work: string;
  readonly isSlow: boolean;
  readonly command: PeerCommand;
}

const options = new Command('bench:ingest')
  .description('compares vqi with other tools on a capture repeated with later times')
  .option('--capture <file>', 'classic pcap, plain or gzip; default: the rebuilt course capture')
  .option('--times <list>', 'how often to repeat the capture', positiveIntegers, [10, 100])
  .option('--rounds <n>', 'how often to run each program; the table shows medians', positiveInteger, 3)
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ capture?: string; times: number[]; rounds: number }>();

const source = options.capture ?? sharedData('netflix_rebuilt.pcap.gz');
if (source === null)
  throw new Error('netflix_rebuilt.pcap.gz is not in ../shared/data: name a capture with --capture');
const folder = await mkdtemp(join(tmpdir(), 'vqi-bench-'));
try {
  const { contenders, missing } = gather(folder);
  const measured: Measured[] = [];
  for (const times of options.times) measured.push(...(await measureAll(source, times, contenders)));
  report(measured, missing);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function gather(workFolder: string): { contenders: Contender[]; missing: string[] } {
  const own = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  const ingest: Contender = {
    name: INGEST,
    work: 'hash, packets, flows, segments, DNS, tables',
    isSlow: false,
    command: (capture) => [process.execPath, own('./vqi-ingest.js'), capture, join(workFolder, 'home')],
  };
  const decode: Contender = {
    name: DECODE,
    work: 'the packet columns of the C loop, into arrays',
    isSlow: false,
    command: (capture) => [process.execPath, own('./vqi-columns.js'), capture],
  };
  const decodeAll: Contender = {
    name: DECODE_ALL,
    work: 'flows, segments, TCP state, DNS, names too; dropped',
    isSlow: false,
    command: (capture) => [process.execPath, own('./vqi-decode.js'), capture],
  };
  const missing: string[] = [];
  const peers = (reach: 'rows' | 'decoding') =>
    PEERS.filter((peer) => peer.reach === reach).flatMap(({ name, work, isSlow, prepare }): Contender[] => {
      note(`preparing ${name}`);
      try {
        return [{ name, work, isSlow, command: prepare() }];
      } catch (error) {
        missing.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    });
  // Compared programs run one after the other: the disk writes that a run leaves behind slow down the next run.
  return { contenders: [ingest, ...peers('rows'), decodeAll, decode, ...peers('decoding')], missing };
}

/** Runs every program once per round, so that other load on the machine affects all programs alike. */
async function measureAll(
  path: string,
  times: number,
  contenders: readonly Contender[],
): Promise<Measured[]> {
  const capture = join(folder, 'capture.pcap');
  const { packets } = await writeRepeatedCapture(path, capture, times);
  const running = contenders.filter((contender) => !contender.isSlow || times <= MAX_SLOW_TIMES);
  const runs = new Map<Contender, Usage[]>(running.map((contender) => [contender, []]));
  for (let round = 1; round <= options.rounds; round++) {
    for (const [contender, usages] of runs) {
      note(`x${times}, round ${round} of ${options.rounds}: ${contender.name}`);
      const home = join(folder, 'home');
      await mkdir(home);
      const usage = await measure(contender.command(capture));
      await rm(home, { recursive: true });
      const counted = usage.output['packets'];
      if (counted !== undefined && counted !== packets) {
        note(`${contender.name} counted ${JSON.stringify(counted)} of ${packets} packets`);
      }
      usages.push(usage);
    }
  }
  await rm(capture);
  const decoded = new Set(
    [...runs.values()].flatMap(([usage]) =>
      'decoded' in (usage?.output ?? {}) ? Number(usage?.output['decoded']) : [],
    ),
  );
  if (decoded.size > 1) note(`decoded packets differ: ${[...decoded].join(', ')}`);
  return [...runs].map(([{ name, work }, usages]) => ({ name, work, times, packets, runs: usages }));
}

function report(measured: readonly Measured[], missing: readonly string[]): void {
  const [cpu] = cpus();
  const machine = `${cpu?.model.trim() ?? arch()} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()}`;
  const lines = [
    `${machine}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}; medians of ${options.rounds} rounds`,
    '',
    measurementTable(measured),
    '',
    table(['target', 'at most', 'measured', 'met'], targetRows(measured)),
  ];
  if (options.times.some((times) => times > MAX_SLOW_TIMES)) {
    const slow = PEERS.filter((peer) => peer.isSlow).map((peer) => peer.name);
    lines.push('', `Too slow for more than x${MAX_SLOW_TIMES}, so run only up to there: ${slow.join(', ')}.`);
  }
  for (const reason of missing) lines.push('', `Not available here: ${reason}`);
  console.log(lines.join('\n'));
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('must be a whole number above 0.');
  return Number(text);
}

function positiveIntegers(text: string): number[] {
  return text.split(',').map((part) => positiveInteger(part.trim()));
}
