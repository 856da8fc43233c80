import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { arch, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { sharedData } from '../test/shared-data.js';
import { writeFeaturesInput } from './features-input.js';
import { writeSessionPackets } from './features-run.js';
import { measure, type Usage } from './measure.js';
import { PANDAS } from './peers.js';
import { writeRepeatedCapture } from './repeated-capture.js';
import { measurementTable, table, type Measured } from './results.js';
import { FEATURES, featureTargetRows, INGEST, INGEST_AND_FEATURES } from './targets.js';

/** Repeats beyond which pandas is left out. */
const MAX_PEER_TIMES = 10;

const options = new Command('bench:features')
  .description(
    'compares building sessions, segments and features with the ingest of their capture, and with pandas',
  )
  .option('--capture <file>', 'classic pcap, plain or gzip; default: the rebuilt course capture')
  .option(
    '--times <list>',
    'how often to repeat the capture, each time with other clients',
    numbers,
    [10, 100],
  )
  .option('--rounds <n>', 'how often to run each program; the table shows medians', Number, 3)
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ capture?: string; times: number[]; rounds: number }>();

const source = options.capture ?? sharedData('netflix_rebuilt.pcap.gz');
if (source === null)
  throw new Error('netflix_rebuilt.pcap.gz is not in ../shared/data: name a capture with --capture');
const folder = await mkdtemp(join(tmpdir(), 'vqi-bench-'));
const own = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
try {
  const peer = PANDAS.prepare();
  const measured: Measured[] = [];
  for (const times of options.times) measured.push(...(await measureAll(source, times, peer)));
  const [cpu] = cpus();
  console.log(
    [
      `${cpu?.model.trim() ?? arch()} x ${cpus().length}, Node ${process.versions.node}; medians of ${options.rounds} rounds`,
      '',
      measurementTable(measured),
      '',
      table(['target', 'at most', 'measured', 'met'], featureTargetRows(measured)),
    ].join('\n'),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measureAll(
  path: string,
  times: number,
  peer: (capture: string) => readonly string[],
): Promise<Measured[]> {
  const capture = join(folder, 'capture.pcap');
  const { packets } = await writeRepeatedCapture(path, capture, times, true);
  const home = join(folder, 'home');
  const warehouse = join(home, 'warehouse.duckdb');
  const parquet = join(folder, 'packets.parquet');
  const input = join(folder, 'input.json');
  await writeFeaturesInput(input);
  const ingest: Usage[] = [];
  const both: Usage[] = [];
  const features: Usage[] = [];
  const pandas: Usage[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    process.stderr.write(`x${times}, round ${round} of ${options.rounds}\n`);
    await mkdir(home);
    ingest.push(await measure([process.execPath, own('./vqi-ingest.js'), capture, home]));
    features.push(await measure([process.execPath, own('./vqi-features.js'), warehouse, input]));
    if (round === 1 && times <= MAX_PEER_TIMES) await writeSessionPackets(warehouse, parquet);
    if (times <= MAX_PEER_TIMES) pandas.push(await measure(peer(parquet)));
    await rm(home, { recursive: true });
    await mkdir(home);
    both.push(await measure([process.execPath, own('./vqi-ingest.js'), capture, home, input]));
    await rm(home, { recursive: true });
  }
  await rm(capture);
  const measuredOf = (name: string, work: string, runs: readonly Usage[]): Measured[] =>
    runs.length === 0 ? [] : [{ name, work, times, packets, runs }];
  return [
    ...measuredOf(INGEST, 'hash, packets, flows, segments, DNS, tables', ingest),
    ...measuredOf(INGEST_AND_FEATURES, 'the same, then all features', both),
    ...measuredOf(FEATURES, 'services, sessions, all features, checks', features),
    ...measuredOf(PANDAS.name, PANDAS.work, pandas),
  ];
}

function numbers(text: string): number[] {
  return text.split(',').map(Number);
}
