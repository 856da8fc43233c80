import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { WorkerProcess, testClient, testServer } from '../test/integration/worker-process.js';
import { largestPayload, writeTinyCaptures } from '../test/many-captures.js';
import type { AnalysisProgress } from '../workflows/analyse-capture.js';
import { table } from './results.js';

/**
 * `analyse` on a folder of very many tiny captures: the events of the histories, which Temporal limits to 51,200 and warns of
 * from 10,240 on, and their largest payload, which it limits to 2 MiB.
 */
const KIB = 1024;
const PER_FOLDER = 1000;
const POLL_MS = 2000;

const options = new Command('many-captures')
  .description('analyses very many tiny captures, and measures the histories')
  .option('--captures <n>', 'number of captures', Number, 20_000)
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ captures: number }>();

const folder = await mkdtemp(join(tmpdir(), 'vqi-many-'));
const server = await testServer(join(folder, 'temporal'));
const { client, close } = await testClient(server);
const worker = await WorkerProcess.start(join(folder, 'home'), server.address);
try {
  const data = join(folder, 'data');
  await mkdir(data);
  await writeTinyCaptures(data, options.captures, PER_FOLDER);
  const startedMs = performance.now();
  const handle = await client.workflow.start('analyseCapture', {
    taskQueue: 'vqi',
    workflowId: 'many',
    args: [{ capture: data }],
  });
  const ended = handle.result().then(
    () => true,
    () => true,
  );
  const stages = new Map<string, number>();
  do {
    const { stage, captures } = await handle.query<AnalysisProgress>('progress');
    const seconds = (performance.now() - startedMs) / 1000;
    if (!stages.has(stage)) stages.set(stage, seconds);
    process.stderr.write(`${seconds.toFixed(0)} s: ${stage}, ${captures.done} of ${captures.total}\n`);
  } while (!(await Promise.race([delay(POLL_MS, false), ended])));
  await handle.result();
  const seconds = (performance.now() - startedMs) / 1000;

  const own = await handle.fetchHistory();
  let batches = 0;
  let batchEvents = 0;
  let batchPayload = 0;
  for await (const { workflowId } of client.workflow.list({ query: 'WorkflowType="ingestBatch"' })) {
    const history = await client.workflow.getHandle(workflowId).fetchHistory();
    batches += 1;
    batchEvents = Math.max(batchEvents, history.events?.length ?? 0);
    batchPayload = Math.max(batchPayload, largestPayload(history));
  }
  console.log(
    table(
      ['history', 'workflows', 'most events', 'largest payload, KiB'],
      [
        ['analyseCapture', '1', String(own.events?.length ?? 0), kib(largestPayload(own))],
        ['ingestBatch', String(batches), String(batchEvents), kib(batchPayload)],
      ],
    ),
  );
  const begin = [...stages].map(([stage, at]) => `${stage} from ${at.toFixed(0)} s`).join(', ');
  console.log(`${options.captures.toLocaleString('en')} captures in ${seconds.toFixed(0)} s (${begin})`);
  console.log(`peak memory of the worker: ${await peakMiB(worker.pid)} MiB`);
} finally {
  await worker.stop();
  await close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

function kib(bytes: number): string {
  return (bytes / KIB).toFixed(1);
}

/** Peak of the resident memory of a process, where the system tells it. */
async function peakMiB(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(status) ?? [];
  return kibibytes === undefined ? 'unknown' : (Number(kibibytes) / KIB).toFixed(0);
}
