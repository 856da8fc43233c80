import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { RetriedSteps } from '../../cli/retried-steps.js';
import { writeTinyCaptures } from '../many-captures.js';
import { testClient, testServer, until, WorkerProcess } from './worker-process.js';

it(
  'tells of a step that is tried again, also of a child, once for each reason',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-retried-'));
    const data = join(folder, 'data');
    mkdirSync(data);
    await writeTinyCaptures(data, 1);
    const server = await testServer(join(folder, 'temporal'));
    const { client, close } = await testClient(server);
    const worker = await WorkerProcess.start(join(folder, 'home'), server.address);
    try {
      const steps = new RetriedSteps(client);
      let nowMs = 0;
      const news = (): Promise<string[]> => steps.news('waits', (nowMs += 3000));
      const inUse = await DuckDBInstance.create(join(folder, 'home', 'warehouse.duckdb'));
      const handle = await client.workflow.start('analyseCapture', {
        taskQueue: 'vqi',
        workflowId: 'waits',
        args: [{ capture: data }],
      });
      try {
        const lines: string[] = [];
        await until(async () => lines.push(...(await news())) > 0, 60_000, 'a step is tried again');
        assert.equal(lines.length, 1);
        assert.match(
          lines[0] ?? '',
          /^\w+ failed and is tried again \(attempt \d+ of 120\): .*warehouse\.duckdb/,
        );
        assert.deepEqual(await news(), [], 'the same reason again');
      } finally {
        inUse.closeSync();
      }
      await handle.result();
      assert.deepEqual(await news(), []);
      assert.deepEqual(await new RetriedSteps(client).news('none', 0), [], 'a run that does not exist');
    } finally {
      await worker.stop();
      await close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
