import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { arch, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { readServerRecord } from '../server/server-record.js';
import { writeSmallDataset } from '../test/integration/small-dataset.js';
import { testClient, testServer, WorkerProcess } from '../test/integration/worker-process.js';
import { withWarehouse } from '../warehouse/core/open-warehouse.js';
import type { TuningProgress } from '../workflows/tune-model.js';
import { table } from './results.js';

/** Target for the cost of a trial without its training. */
const MAX_OVERHEAD_MS = 60;
const THREADS = 2;

const options = new Command('bench:search')
  .description('measures the cost of a trial without its training, on a separate server with a database file')
  .option('--trials <n>', 'trials of a search', Number, 200)
  .option('--parallel <list>', 'trials at the same time', '1,4,16')
  .option('--rounds <n>', 'searches of each kind; the table shows medians', Number, 3)
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ trials: number; parallel: string; rounds: number }>();

const folder = await mkdtemp(join(tmpdir(), 'vqi-bench-'));
const server = await testServer(join(folder, 'temporal'));
const { client, close } = await testClient(server);
const home = join(folder, 'home');
const worker = await WorkerProcess.start(home, server.address);
const serverPid = (await readServerRecord(join(folder, 'temporal'))).record?.serverPid ?? -1;

/** CPU milliseconds of a process so far; NaN if the system does not report it. */
function cpuMs(pid: number): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return NaN;
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface TrialCost {
  /** Time from the start of the first trial to the end of the last, minus the training, per trial. */
  readonly overheadMs: number;
  readonly workerCpuMs: number;
  readonly serverCpuMs: number;
}

/** Runs a search, and gives the mean cost of its trials. */
async function costOf(workflowId: string, parallelTrials: number): Promise<TrialCost> {
  const trees = { from: 3, to: 9 };
  const search = {
    trials: options.trials,
    families: ['extra-trees'],
    ranges: { 'extra-trees': { trees } },
    halving: { factor: 1 },
    parallelTrials,
    force: true,
  };
  const before = [cpuMs(worker.pid), cpuMs(serverPid)];
  const handle = await client.workflow.start('tuneModel', {
    taskQueue: 'vqi',
    workflowId,
    args: [{ run: 'base', search }],
  });
  // Queries are rare, because each one costs a tenth of a trial.
  do await delay(1000);
  while (['planning', 'searching'].includes((await handle.query<TuningProgress>('progress')).stage));
  const [workerCpuMs, serverCpuMs] = [cpuMs(worker.pid), cpuMs(serverPid)].map(
    (now, index) => (now - (before[index] ?? 0)) / options.trials,
  );
  await handle.result();
  const { events } = await handle.fetchHistory();
  const at = (
    type:
      | 'startChildWorkflowExecutionInitiatedEventAttributes'
      | 'childWorkflowExecutionCompletedEventAttributes',
  ) =>
    (events ?? [])
      .filter((event) => event[type])
      .map(({ eventTime }) => Number(eventTime?.seconds) * 1000 + Number(eventTime?.nanos) / 1e6);
  const wallMs =
    Math.max(...at('childWorkflowExecutionCompletedEventAttributes')) -
    Math.min(...at('startChildWorkflowExecutionInitiatedEventAttributes'));
  const [trained] = await withWarehouse(join(home, 'warehouse.duckdb'), (warehouse) =>
    warehouse.rows('select sum(seconds) as seconds from main.trials where run_id = $id', { id: workflowId }),
  );
  const trainedMs = (Number(trained?.['seconds']) * 1000) / Math.min(parallelTrials, THREADS);
  return {
    overheadMs: (wallMs - trainedMs) / options.trials,
    workerCpuMs: workerCpuMs ?? NaN,
    serverCpuMs: serverCpuMs ?? NaN,
  };
}

try {
  const path = join(folder, 'dataset.csv');
  writeSmallDataset(path);
  const base = { source: { kind: 'dataset', path }, search: { trials: 1 } };
  await client.workflow.execute('videoQualityPipeline', {
    taskQueue: 'vqi',
    workflowId: 'base',
    args: [base],
  });
  const rows: (readonly string[])[] = [];
  for (const parallel of options.parallel.split(',').map(Number)) {
    const found: TrialCost[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      process.stderr.write(`round ${round} of ${options.rounds}: ${parallel} at a time\n`);
      found.push(await costOf(`search-${parallel}-${round}`, parallel));
    }
    const medianOf = (part: keyof TrialCost): number =>
      found.map((cost) => cost[part]).sort((a, b) => a - b)[Math.floor(found.length / 2)] ?? NaN;
    const median = medianOf('overheadMs');
    const isParallel = parallel > 1;
    rows.push([
      String(parallel),
      median.toFixed(1),
      medianOf('workerCpuMs').toFixed(1),
      medianOf('serverCpuMs').toFixed(1),
      isParallel ? String(MAX_OVERHEAD_MS) : 'no target',
      !isParallel ? '' : median <= MAX_OVERHEAD_MS ? 'yes' : 'NO',
    ]);
  }
  const [cpu] = cpus();
  console.log(
    [
      `${cpu?.model.trim() ?? arch()} x ${cpus().length}, Node ${process.versions.node}; ${options.trials} trials a search, medians of ${options.rounds}`,
      '',
      table(
        [
          'trials at a time',
          'overhead ms a trial',
          'CPU ms, worker',
          'CPU ms, server',
          'overhead at most',
          'met',
        ],
        rows,
      ),
    ].join('\n'),
  );
} finally {
  await worker.stop();
  await close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
