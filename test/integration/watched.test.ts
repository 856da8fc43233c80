import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client } from '@temporalio/client';
import { writeSimulation } from '../../cli/write-simulation.js';
import type { TemporalServer } from '../../server/connect.js';
import { freePort } from '../../server/free-port.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { writeSmallDataset } from './small-dataset.js';
import { testClient, testServer, WorkerProcess } from './worker-process.js';

describe('a watched worker', { timeout: 200_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-watched-'));
  const home = join(folder, 'home');
  const directory = join(folder, 'captures');
  let server: TemporalServer;
  let client: Client;
  let close: () => Promise<void>;
  let worker: WorkerProcess;
  let metrics: string;

  before(async () => {
    await writeSimulation({ ...CONSTANT_SIMULATION, directory, sessions: 2, durationSeconds: 30 });
    writeSmallDataset(join(folder, 'dataset.csv'));
    server = await testServer(join(folder, 'temporal'));
    ({ client, close } = await testClient(server));
    metrics = `127.0.0.1:${await freePort(0)}`;
    worker = await WorkerProcess.start(home, server.address, { VQI_METRICS: metrics });
    const start = async (workflowId: string, type: string, input: unknown): Promise<unknown> =>
      await client.workflow.execute(type, { taskQueue: 'vqi', workflowId, args: [input] });
    await start('captures', 'analyseCapture', { capture: directory });
    await start('search', 'videoQualityPipeline', {
      source: { kind: 'dataset', path: join(folder, 'dataset.csv') },
      search: { folds: 2, trials: 2, families: ['extra-trees'] },
    });
    await assert.rejects(start('lost', 'analyseCapture', { capture: join(folder, 'lost.pcap') }));
  });
  after(async () => {
    await worker.stop();
    await close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('serves what it did to Prometheus: packets, captures, trials, failures, times', async () => {
    const text = await (await fetch(`http://${metrics}/metrics`)).text();
    /** Sum over all series of a metric whose labels contain these. */
    const sumOf = (name: string, ...labels: string[]): number =>
      [...text.matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, 'gm'))]
        .filter(([, found]) => labels.every((label) => found!.includes(label)))
        .reduce((sum, [, , value]) => sum + Number(value), 0);
    const [row] = await withWarehouse(join(home, 'warehouse.duckdb'), (warehouse) =>
      warehouse.rows(
        'select sum(packet_count)::integer as packets, count(*)::integer as captures from main.captures',
      ),
    );
    assert.equal(readdirSync(directory).filter((name) => name.endsWith('.pcap')).length, 2);
    assert.equal(sumOf('vqi_captures_total', 'outcome="decoded"'), row!['captures']);
    assert.equal(sumOf('vqi_packets_total'), row!['packets']);
    const trials = await client.workflow.getHandle('search').query<{ state: string }[]>('trials');
    assert.ok(trials.length > 2);
    const completed = trials.filter(({ state }) => state === 'completed').length;
    assert.equal(sumOf('vqi_trials_total', 'outcome="trained"'), completed);
    assert.equal(sumOf('vqi_failures_total', 'error="InputFileError"'), 1);
    assert.ok(sumOf('vqi_step_milliseconds_count', 'activityType="trainTrial"') >= trials.length);
    assert.ok(
      sumOf('vqi_step_milliseconds_bucket', 'activityType="trainTrial"', 'le="3600000"') >= trials.length,
    );
    assert.ok(sumOf('vqi_queue_age_milliseconds_count') > trials.length);
    // The SDK's own.
    assert.ok(sumOf('temporal_activity_execution_latency_count') > trials.length);
  });

  it('logs each step as JSON with its run, step and trial', () => {
    const lines = worker.log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const done = lines.filter(({ msg }) => msg === 'step done');
    const trial = done.find(({ step, trial: number }) => step === 'trainTrial' && number === 2);
    assert.deepEqual([trial?.['run'], trial?.['level'], typeof trial?.['ms']], ['search', 'info', 'number']);
    const decoded = done.find(({ step }) => step === 'decodeCapture');
    assert.deepEqual([decoded?.['run'], 'trial' in (decoded ?? {})], ['captures', false]);
    const failed = lines.filter(({ run, msg }) => run === 'lost' && msg === 'step failed');
    assert.deepEqual(
      failed.map(({ reason }) => reason),
      ['InputFileError'],
    );
    assert.ok(lines.some(({ msg }) => /^worker ready: /.test(String(msg))));
    assert.ok(lines.some(({ msg }) => msg === `metrics: http://${metrics}/metrics`));
  });

  it('says which address it cannot have', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    try {
      await assert.rejects(
        WorkerProcess.start(join(folder, 'other'), server.address, { VQI_METRICS: `127.0.0.1:${port}` }),
        /"level":"error".*"msg":"VQI_METRICS: no metrics can be served at 127\.0\.0\.1:\d+ \(.*\): choose another address/,
      );
    } finally {
      taken.close();
    }
  });
});
