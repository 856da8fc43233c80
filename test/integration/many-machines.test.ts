import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import type { TrialStatus } from '../../workflows/progress.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { CHECK_TIMEOUT_MS, failureOf, PipelineFixture } from './pipeline-fixture.js';
import type { WorkerProcess } from './worker-process.js';
import { until } from './worker-process.js';

describe('workers on several machines, which share a store', { timeout: 600_000 }, () => {
  let fixture: PipelineFixture;
  let model: Buffer;
  let single: PipelineResult;

  before(async () => {
    fixture = await PipelineFixture.open();
    await fixture.simulate();
    const worker = await fixture.startWorker('single');
    single = (await (await fixture.start('run', fixture.config())).result()) as PipelineResult;
    await worker.stop();
    model = readFileSync(join(fixture.folder, 'single', 'runs', 'run', 'model.json'));
  });
  after(() => fixture.close());

  const store = (): string => join(fixture.folder, 'store');
  const owner = (): Promise<WorkerProcess> =>
    fixture.startWorker('owner', { VQI_STORE: store() }, ['--role', 'warehouse']);
  /** A worker that may read nothing but its home: neither the captures nor the home of others. */
  const computer = (home: string): Promise<WorkerProcess> =>
    fixture.startWorker(home, { VQI_STORE: store(), VQI_INPUT_ROOTS: join(fixture.folder, home) }, [
      '--role',
      'compute',
    ]);

  it('make the model of one machine, byte by byte, also if one of them is killed at work', async (t) => {
    const first = await owner();
    t.after(() => first.stop());
    const [lost] = await Promise.all([computer('left'), computer('right')]);
    const handle = await fixture.start('run', { ...fixture.config(), parallelCaptures: 4 });
    // One of the two has decoded a capture, or is about to: it begins the trials too.
    await until(
      async () =>
        (await handle.query<TrialStatus[]>('trials').catch(() => [])).some(
          ({ state }) => state === 'running' || state === 'completed',
        ),
      CHECK_TIMEOUT_MS,
      'trials run',
    );
    await lost.kill();
    const result = (await handle.result()) as PipelineResult;
    assert.equal(result.modelId, single.modelId);
    assert.deepEqual(readFileSync(join(fixture.folder, 'owner', 'runs', 'run', 'model.json')), model);

    // What travelled is gone, and nothing was left on the machines but what they cache.
    assert.deepEqual(filesBelow(join(store(), 'decoded')), []);
    for (const home of ['left', 'right']) {
      assert.equal(existsSync(join(fixture.folder, home, 'warehouse.duckdb')), false);
      assert.equal(existsSync(join(fixture.folder, home, 'runs')), false);
    }
    assert.deepEqual(
      readdirSync(join(fixture.folder, 'owner', 'decoded')).filter((name) => !name.startsWith('.')),
      [],
    );
    assert.ok(readdirSync(join(fixture.folder, 'right', 'artifacts')).length > 0, 'it took part');

    // A capture that was read for the run is not read again; the results of every kind of run are published.
    const capture = readdirSync(fixture.data).find((name) => name.endsWith('.pcap'));
    for (const [id, type] of [
      ['analysed', 'analyseCapture'],
      ['inferred', 'inferSession'],
    ] as const) {
      await (await fixture.start(id, { capture: join(fixture.data, capture ?? '') }, type)).result();
      assert.ok(existsSync(join(store(), 'runs', id, 'report.html')), type);
    }
  });

  it('publish what readers need: results, tables by run, and a copy of the DuckDB file', async () => {
    assert.deepEqual(readFileSync(join(store(), 'runs', 'run', 'model.json')), model);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const count = async (sql: string): Promise<unknown> =>
      (await connection.runAndReadAll(sql)).getRowsJson();
    try {
      await connection.run(`attach '${join(store(), 'snapshots', 'warehouse.duckdb')}' as w (read_only)`);
      const ofSnapshot = await count(`select count(*)::integer from w."run run".resolution_timeline`);
      const ofTables = await count(
        `select count(*)::integer from read_parquet('${join(store(), 'tables', 'resolution_timeline', '*', '*.parquet')}', hive_partitioning = true) where run_id = 'run'`,
      );
      assert.deepEqual(ofTables, ofSnapshot);
      assert.notDeepEqual(ofTables, [[0]]);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  });

  it('refuse a second owner of the warehouse: in a copy of its home, and in another home with its store', async (t) => {
    const first = await owner();
    t.after(() => first.stop());
    const copy = join(fixture.folder, 'copy');
    cpSync(join(fixture.folder, 'owner'), copy, { recursive: true });
    rmSync(join(copy, 'worker.lock'), { force: true });
    await assert.rejects(fixture.startWorker('copy'), /is owned by another worker already/);
    await assert.rejects(
      fixture.startWorker('other', { VQI_STORE: store() }, ['--role', 'warehouse']),
      /belongs to the warehouse .*, not to that of this home/,
    );
    await first.stop();
    // The first has ended on this machine: the copy can take its place at once.
    const second = await fixture.startWorker('copy');
    await second.stop();
  });

  it('refuse roles without a store, and workers with another key for addresses', async () => {
    await assert.rejects(fixture.startWorker('none', {}, ['--role', 'compute']), /needs a store/);
    await assert.rejects(
      fixture.startWorker('none', { VQI_STORE: store(), VQI_ANONYMISE_KEY: 'ab'.repeat(32) }, [
        '--role',
        'compute',
      ]),
      /VQI_ANONYMISE_KEY differs from that of the warehouse's worker/,
    );
  });

  it('say that a folder is missing, and never take it for one that was neither simulated nor spliced', async (t) => {
    const first = await owner();
    t.after(() => first.stop());
    const away = join(fixture.folder, 'away');
    renameSync(fixture.data, away);
    mkdirSync(join(fixture.folder, 'empty'));
    try {
      assert.match(
        await failureOf(await fixture.start('missing', fixture.config())),
        /data: no such file or folder on the worker's machine/,
      );
      assert.match(
        await failureOf(await fixture.start('gone', { capture: fixture.data }, 'inferSession')),
        /data: no such file or folder on the worker's machine/,
      );
    } finally {
      renameSync(away, fixture.data);
    }
  });
});

function filesBelow(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
}
