import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Client } from '@temporalio/client';
import { writeSimulation } from '../../cli/write-simulation.js';
import { projectRoot } from '../../common/project-root.js';
import type { TemporalServer } from '../../server/connect.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { findRun } from '../../warehouse/reading/list-runs.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { testClient, testServer, testTemporalCli, until, WorkerProcess } from './worker-process.js';

const WAIT_MS = 120_000;

const page = readFileSync(join(projectRoot(), 'docs', 'temporal.md'), 'utf8');
/** The commands of docs/temporal.md, run as they stand there in a folder with `examples` and `captures`. */
const documented = [...page.matchAll(/^\$ temporal (schedule .*)$/gm)].map(([, command]) => command!);

describe("Temporal's own CLI", { timeout: 400_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-temporal-cli-'));
  let server: TemporalServer;
  let client: Client;
  let close: () => Promise<void>;
  let worker: WorkerProcess;
  let cli: string;

  before(async () => {
    symlinkSync(join(projectRoot(), 'examples'), join(folder, 'examples'));
    mkdirSync(join(folder, 'captures'));
    await writeSimulation({
      ...CONSTANT_SIMULATION,
      directory: join(folder, 'made'),
      sessions: 2,
      durationSeconds: 30,
    });
    server = await testServer(join(folder, 'temporal'));
    ({ client, close } = await testClient(server));
    worker = await WorkerProcess.start(join(folder, 'home'), server.address, {}, { cwd: folder });
    cli = await testTemporalCli();
  });
  after(async () => {
    await worker.stop();
    await close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As a shell runs it: the arguments of the documents have no other marks than single quotes. */
  const temporal = async (command: string): Promise<string> => {
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
    const { stdout } = await promisify(execFile)(cli, [...words, '--address', server.address], {
      cwd: folder,
    });
    return stdout;
  };
  const addCapture = (at: number): void => {
    const name = readdirSync(join(folder, 'made')).filter((each) => each.endsWith('.pcap'))[at]!;
    copyFileSync(join(folder, 'made', name), join(folder, 'captures', name));
  };
  const runsOf = async (query: string): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
    return ids;
  };
  const inHome = <T>(work: Parameters<typeof withWarehouse<T>>[1]): Promise<T> =>
    withWarehouse(join(folder, 'home', 'warehouse.duckdb'), work);

  it('runs a schedule of docs/temporal.md: each run has an id of its own, and only new captures are decoded', async () => {
    const [create, trigger, ...further] = documented;
    assert.match(create ?? '', /^schedule create /);
    assert.match(trigger ?? '', /^schedule trigger /);
    assert.deepEqual(further, []);
    addCapture(0);
    await temporal(create!);
    const nights: string[] = [];
    for (const captures of [1, 2]) {
      await temporal(trigger!);
      const query =
        'TemporalScheduledById = "nightly" AND VqiStage = "done" AND ExecutionStatus = "Completed"';
      await until(
        async () => (await runsOf(query)).length === captures,
        WAIT_MS,
        `night ${captures} is done`,
      );
      const [id] = (await runsOf(query)).filter((each) => !nights.includes(each));
      assert.match(id ?? '', /^nightly-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      nights.push(id!);
      // A child workflow for every capture that is decoded.
      assert.equal((await runsOf(`ParentWorkflowId = "${id!}"`)).length, 1);
      assert.equal(readdirSync(join(folder, 'home', 'runs')).length, captures);
      if (captures === 1) addCapture(1);
    }
    const rows = await inHome((warehouse) =>
      warehouse.rows(
        'select run_id, count(*)::integer as sessions from main.all_sessions group by run_id order by run_id',
      ),
    );
    assert.deepEqual(
      rows,
      [...nights].sort().map((id, at) => ({ run_id: id, sessions: at + 1 })),
    );
    const [, latest] = /^\$ vqi query "(from main\.all_sessions .*)"$/m.exec(page) ?? [];
    const each = await inHome((warehouse) => warehouse.rows(latest!));
    assert.deepEqual(
      each.map((row) => row['run_id']),
      [nights.at(-1), nights.at(-1)],
    );
  });

  it('finds runs by their search attributes, and shows what they can be asked', async () => {
    const captures = join(folder, 'captures');
    assert.equal((await runsOf(`VqiService = "netflix" AND VqiSource = "captures"`)).length, 2);
    assert.deepEqual(await runsOf('VqiService = "twitch"'), []);
    const [id] = await runsOf('TemporalScheduledById = "nightly"');
    const metadata = await temporal(`workflow metadata --workflow-id ${id!}`);
    assert.match(metadata, /progress\s+the stage, counts of captures/);
    assert.ok(readdirSync(captures).length === 2);
  });

  it('leaves why a run failed in the row of the run, also before it has any table', async () => {
    await temporal(
      `workflow start --type analyseCapture --task-queue vqi --workflow-id lost --input '{"capture": "lost.pcap"}'`,
    );
    await assert.rejects(client.workflow.getHandle('lost').result());
    assert.deepEqual(await runsOf('VqiStage = "planning" AND ExecutionStatus = "Failed"'), ['lost']);
    const progress = await client.workflow.getHandle('lost').query<{ failed: string }>('progress');
    assert.match(progress.failed, /lost\.pcap: no such file or folder on the worker's machine$/);
    const { state, reason, source } = await inHome((warehouse) => findRun(warehouse, 'lost'));
    assert.deepEqual([state, source], ['failed', 'lost.pcap']);
    assert.match(reason ?? '', /lost\.pcap: no such file or folder on the worker's machine$/);
  });
});
