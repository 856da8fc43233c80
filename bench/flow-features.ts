import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { arch, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { sharedData } from '../test/shared-data.js';
import { measure, type Usage } from './measure.js';
import { NETML } from './peers.js';
import { writeRepeatedCapture } from './repeated-capture.js';
import { cpuSeconds, measurementTable, table, type Measured } from './results.js';
import { FLOW_FEATURES, leastRatioRow } from './targets.js';

const options = new Command('bench:flow-features')
  .description('compares computing all flow features of a capture file with netml')
  .option('--capture <file>', 'classic pcap, plain or gzip; default: the rebuilt course capture')
  .option('--rounds <n>', 'how often to run each program; the table shows medians', Number, 3)
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ capture?: string; rounds: number }>();

const source = options.capture ?? sharedData('netflix_rebuilt.pcap.gz');
if (source === null)
  throw new Error('netflix_rebuilt.pcap.gz is not in ../shared/data: name a capture with --capture');
const folder = await mkdtemp(join(tmpdir(), 'vqi-bench-'));
try {
  const capture = join(folder, 'capture.pcap');
  const { packets } = await writeRepeatedCapture(source, capture, 1);
  const home = join(folder, 'home');
  const own = fileURLToPath(new URL('./vqi-flow-features.js', import.meta.url));
  const contenders = [
    {
      name: FLOW_FEATURES,
      work: 'ingest, all six kinds, Parquet and CSV files',
      command: [process.execPath, own, capture, home],
    },
    { name: NETML.name, work: NETML.work, command: NETML.prepare()(capture) },
  ];
  const runs: Usage[][] = contenders.map(() => []);
  for (let round = 1; round <= options.rounds; round++) {
    for (const [index, { name, command }] of contenders.entries()) {
      process.stderr.write(`round ${round} of ${options.rounds}: ${name}\n`);
      await mkdir(home);
      runs[index]?.push(await measure(command));
      await rm(home, { recursive: true });
    }
  }
  const flows = new Set(runs.flat().map((run) => run.output['flows']));
  if (flows.size !== 1)
    throw new Error(`the programs found different numbers of flows: ${[...flows].map(String).join(', ')}`);
  const measured: Measured[] = contenders.map(({ name, work }, index) => ({
    name,
    work,
    times: 1,
    packets,
    runs: runs[index] ?? [],
  }));
  const [ours, netml] = measured.map(cpuSeconds);
  const [cpu] = cpus();
  console.log(
    [
      `${cpu?.model.trim() ?? arch()} x ${cpus().length}, Node ${process.versions.node}; medians of ${options.rounds} rounds, ${[...flows].map(String).join()} flows in both`,
      '',
      measurementTable(measured),
      '',
      table(['target', 'at least', 'measured', 'met'], [leastRatioRow((netml ?? NaN) / (ours ?? NaN))]),
    ].join('\n'),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
