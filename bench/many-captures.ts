import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { temporal } from '@temporalio/proto';
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

/** How long each loading of captures worked, and how many captures it loaded, by a history. */
function loadsIn({ events }: temporal.api.history.v1.IHistory): { ms: number; captures: number }[] {
  const found: { ms: number; captures: number }[] = [];
  const scheduled = new Map<string, number>();
  const started = new Map<string, number>();
  for (const event of events ?? []) {
    const atMs = Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
    const asked = event.activityTaskScheduledEventAttributes;
    if (asked?.activityType?.name === 'loadCaptures') {
      const [input] = asked.input?.payloads ?? [];
      const { decoded } = JSON.parse(Buffer.from(input?.data ?? []).toString()) as { decoded: unknown[] };
      scheduled.set(String(event.eventId), decoded.length);
    }
    const begun = event.activityTaskStartedEventAttributes;
    if (begun) started.set(String(begun.scheduledEventId), atMs);
    const id = String(event.activityTaskCompletedEventAttributes?.scheduledEventId);
    const [captures, startedMs] = [scheduled.get(id), started.get(id)];
    if (captures !== undefined && startedMs !== undefined) found.push({ ms: atMs - startedMs, captures });
  }
  return found;
}

const options = new Command('many-captures')
  .description('analyses very many tiny captures, and measures the histories')
  .option('--captures <n>', 'number of captures', Number, 20_000)
  .option('--data <folder>', 'a folder of captures instead of tiny ones')
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ captures: number; data?: string }>();

const folder = await mkdtemp(join(tmpdir(), 'vqi-many-'));
const server = await testServer(join(folder, 'temporal'));
const { client, close } = await testClient(server);
const worker = await WorkerProcess.start(
  join(folder, 'home'),
  server.address,
  options.data === undefined ? {} : { VQI_INPUT_ROOTS: resolve(options.data) },
);
try {
  const data = options.data === undefined ? join(folder, 'data') : resolve(options.data);
  if (options.data === undefined) {
    await mkdir(data);
    await writeTinyCaptures(data, options.captures, PER_FOLDER);
  }
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
  const stages = new Map<string, string>();
  const quarters = new Map<number, string>();
  do {
    const { stage, captures } = await handle.query<AnalysisProgress>('progress');
    const seconds = (performance.now() - startedMs) / 1000;
    if (!stages.has(stage))
      stages.set(stage, `${stage} from ${seconds.toFixed(0)} s with ${await memoryMiB('VmRSS')} MiB`);
    const quarter = Math.floor((4 * captures.done) / Math.max(1, captures.total));
    if (!quarters.has(quarter)) quarters.set(quarter, `${captures.done}: ${await memoryMiB('VmRSS')} MiB`);
    process.stderr.write(`${seconds.toFixed(0)} s: ${stage}, ${captures.done} of ${captures.total}\n`);
  } while (!(await Promise.race([delay(POLL_MS, false), ended])));
  await handle.result();
  const seconds = (performance.now() - startedMs) / 1000;

  const own = await handle.fetchHistory();
  let batches = 0;
  let batchEvents = 0;
  let batchPayload = 0;
  let loadMs = 0;
  let loaded = 0;
  for await (const { workflowId } of client.workflow.list({ query: 'WorkflowType="ingestBatch"' })) {
    const history = await client.workflow.getHandle(workflowId).fetchHistory();
    batches += 1;
    batchEvents = Math.max(batchEvents, history.events?.length ?? 0);
    batchPayload = Math.max(batchPayload, largestPayload(history));
    for (const { ms, captures } of loadsIn(history)) {
      loadMs += ms;
      loaded += captures;
    }
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
  console.log(
    `${loaded.toLocaleString('en')} captures in ${seconds.toFixed(0)} s (${[...stages.values()].join(', ')})`,
  );
  console.log(
    `loading, one at a time: ${(loadMs / 1000).toFixed(1)} s, ${(loadMs / Math.max(1, loaded)).toFixed(0)} ms a capture`,
  );
  console.log(`memory of the worker, by captures: ${[...quarters.values()].join(', ')}`);
  console.log(`at most: ${await memoryMiB('VmHWM')} MiB`);
} finally {
  await worker.stop();
  await close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

function kib(bytes: number): string {
  return (bytes / KIB).toFixed(1);
}

/** Resident memory of the worker, now or at most, where the system tells it. */
async function memoryMiB(which: 'VmRSS' | 'VmHWM'): Promise<string> {
  const status = await readFile(`/proc/${worker.pid}/status`, 'utf8').catch(() => '');
  const [, kibibytes] = new RegExp(`^${which}:\\s+(\\d+) kB`, 'm').exec(status) ?? [];
  return kibibytes === undefined ? 'unknown' : (Number(kibibytes) / KIB).toFixed(0);
}
