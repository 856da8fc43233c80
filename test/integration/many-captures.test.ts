import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { CaptureAnalysisResult } from '../../activities/warehouse/features.js';
import { pcapHeader } from '../../capture/formats/pcap-writer.js';
import type { TemporalServer } from '../../server/connect.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { startWorker, type RunningWorker } from '../../worker/start-worker.js';
import type { WithSkipped } from '../../workflows/ingest-captures.js';
import { writeTinyCaptures } from '../many-captures.js';
import { failureOf } from './pipeline-fixture.js';
import { testClient, testServer } from './worker-process.js';

const CAPTURES = 8;

/** A worker that reads more than three captures in batches, as others do with more than 16. */
describe('a run with many captures', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-batches-'));
  const home = join(folder, 'home');
  const data = join(folder, 'data');
  const bad = [join(data, '000', '000004-bad.pcap'), join(data, 'bad.pcap')];
  let server: TemporalServer;
  let client: Client;
  let close: () => Promise<void>;
  let worker: RunningWorker;

  before(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    mkdirSync(data);
    await writeTinyCaptures(data, CAPTURES);
    // The first has the header of a capture, and one record of 2 GiB: only the decoder finds that. The plan finds the second.
    const header = pcapHeader({ linkType: 101, snapLength: 65_535 });
    const record = Buffer.from('0000000000000000ffffff7fffffff7f', 'hex');
    writeFileSync(bad[0]!, Buffer.concat([header, record]));
    writeFileSync(bad[1]!, 'no capture\n');
    server = await testServer(join(folder, 'temporal'));
    ({ client, close } = await testClient(server));
    const options = { ...server, home, inputRoots: [folder], threads: 2, log: () => undefined };
    worker = await startWorker({ ...options, batchesAbove: 3 });
  });
  after(async () => {
    await worker.stop();
    await close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const analyse = async (workflowId: string, input: object = {}): ReturnType<Client['workflow']['start']> =>
    await client.workflow.start('analyseCapture', {
      taskQueue: 'vqi',
      workflowId,
      args: [{ capture: data, ...input }],
    });

  it('reads all in batches; no list is in its history', async () => {
    const handle = await analyse('first');
    const { skipped, warnings } = (await handle.result()) as WithSkipped<CaptureAnalysisResult>;
    assert.deepEqual(skipped.map(({ captureName }) => captureName).sort(), bad);
    assert.match(warnings[0] ?? '', /^2 of 10 captures cannot be read and are left out, such as /);
    const { captures } = await handle.query<{ captures: { done: number; total: number; bytesDone: number } }>(
      'progress',
    );
    assert.deepEqual([captures.done, captures.total], [CAPTURES + 1, CAPTURES + 1]);
    const batch = client.workflow.getHandle('first/captures-5-6');
    const size = statSync(join(data, '000', '000004.pcap')).size;
    const badSize = statSync(bad[0]!).size;
    assert.deepEqual(await batch.query('progress'), { captures: 2, bytes: size + badSize });
    const stored = await withWarehouse(join(home, 'warehouse.duckdb'), async (warehouse) => ({
      sources: await warehouse.rows(
        `select capture_name, packet_count::integer as packets from main.run_sources
          join main.captures using (capture_id) where run_id = 'first' order by capture_name`,
      ),
      skipped: await warehouse.rows('select capture_name from "run first".skipped_captures order by all'),
    }));
    assert.deepEqual(
      stored.sources,
      Array.from({ length: CAPTURES }, (_, at) => ({
        capture_name: join(data, '000', `00000${at}.pcap`),
        packets: 3,
      })),
    );
    assert.deepEqual(
      stored.skipped.map((row) => row['capture_name']),
      bad,
    );
    const children = [];
    for await (const { workflowId } of client.workflow.list({ query: 'WorkflowType="ingestBatch"' }))
      children.push(workflowId);
    assert.deepEqual(
      children.sort(),
      ['1-2', '3-4', '5-6', '7-8', '9-9'].map((batch) => `first/captures-${batch}`),
    );
    const events = JSON.stringify(await handle.fetchHistory(), (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    );
    assert.ok(!events.includes('000003.pcap'), 'the history names a capture');
  });

  it('opens no file again that has not changed', async () => {
    const handle = await analyse('second');
    await handle.result();
    const history = await handle.fetchHistory();
    const children = (history.events ?? []).filter(
      ({ startChildWorkflowExecutionInitiatedEventAttributes: child }) => child != null,
    );
    // The bad one alone is tried again.
    assert.equal(children.length, 1);
  });

  it('fails with the first capture that cannot be read, if it is strict', async () => {
    rmSync(bad[1]!);
    assert.ok((await failureOf(await analyse('strict', { strict: true }))).includes(bad[0]!));
  });
});
