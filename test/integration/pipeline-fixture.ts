import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { rootCause } from '../../cli/root-cause.js';
import { writeSimulation } from '../../cli/write-simulation.js';
import type { TemporalServer } from '../../server/connect.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { testClient, testServer, WorkerProcess } from './worker-process.js';

/** How long a test waits for a step of a run. */
export const CHECK_TIMEOUT_MS = 240_000;

/** Shared tables, which all runs fill. */
export const SHARED_TABLES = [
  'captures',
  'packets',
  'flows',
  'segments',
  'dns_messages',
  'dns_answers',
  'capture_faults',
];

/** A server for one test file, simulated captures to learn from, and workers with separate homes. */
export class PipelineFixture {
  private readonly workers: WorkerProcess[] = [];

  private constructor(
    /** For everything that the test writes; removed in the end. */
    readonly folder: string,
    private readonly server: TemporalServer,
    readonly client: Client,
    private readonly closeClient: () => Promise<void>,
  ) {}

  static async open(): Promise<PipelineFixture> {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-pipeline-'));
    const server = await testServer(join(folder, 'temporal'));
    const { client, close } = await testClient(server);
    return new PipelineFixture(folder, server, client, close);
  }

  /** host:port of the server. */
  get address(): string {
    return this.server.address;
  }

  /** Folder of the simulated captures. */
  get data(): string {
    return join(this.folder, 'data');
  }

  /** Twenty sessions of a minute, if nothing else is said; only those of three rungs are labelled. */
  async simulate(size: { sessions?: number; durationSeconds?: number } = {}): Promise<void> {
    await writeSimulation({
      ...CONSTANT_SIMULATION,
      directory: this.data,
      seed: 7,
      sessions: 20,
      durationSeconds: 60,
      ...size,
    });
    keepRungs(this.data, [240, 480, 1080]);
  }

  async close(): Promise<void> {
    for (const worker of this.workers) await worker.stop();
    await this.closeClient();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async startWorker(
    home: string,
    env: Record<string, string> = {},
    args: readonly string[] = [],
  ): Promise<WorkerProcess> {
    const path = join(this.folder, home);
    const worker = await WorkerProcess.start(path, this.server.address, env, { args });
    this.workers.push(worker);
    return worker;
  }

  /** @param memo `replace`: a finished run is replaced; `warehouse`: the run is bound to it */
  async start(
    runId: string,
    config: unknown,
    type = 'videoQualityPipeline',
    memo: { readonly replace?: boolean; readonly warehouse?: string } = {},
  ): Promise<WorkflowHandle> {
    return await this.client.workflow.start(type, {
      taskQueue: 'vqi',
      workflowId: runId,
      args: [config],
      memo,
    });
  }

  /** A run on the simulated captures, with a small search. */
  config(search: object = {}): object {
    return {
      source: { kind: 'captures', directory: this.data },
      ladder: [240, 480, 1080],
      holdoutShare: 0.3,
      parallelCaptures: 2,
      search: {
        trials: 3,
        folds: 2,
        parallelTrials: 2,
        families: ['ml-random-forest'],
        rowCap: { 'ml-random-forest': 300 },
        ...search,
      },
    };
  }

  warehouse(home: string): string {
    return join(this.folder, home, 'warehouse.duckdb');
  }
}

/** The reason why a run failed; an assertion error if it did not fail. */
export async function failureOf(handle: WorkflowHandle): Promise<string> {
  return await handle.result().then(
    () => assert.fail('the run did not fail'),
    (error: unknown) => rootCause(error),
  );
}

/** Keeps only the lines of these rungs in a simulated folder's sessions file. */
function keepRungs(directory: string, rungs: readonly number[]): void {
  const path = join(directory, 'sessions.csv');
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const kept = lines.filter((line) => rungs.some((rung) => line.endsWith(`,${rung}`)));
  writeFileSync(path, [header, ...kept, ''].join('\n'));
}
