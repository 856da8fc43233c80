import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { TemporalServer } from '../../server/connect.js';
import { freePort } from '../../server/free-port.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { WarehouseBusyError } from '../../warehouse/core/query-error.js';
import { type SqlRow } from '../../warehouse/core/warehouse.js';
import type { TrialStatus } from '../../workflows/progress.js';
import { writeSmallDataset } from './small-dataset.js';
import { testClient, testServer, until, WorkerProcess } from './worker-process.js';

export const CHECK_TIMEOUT_MS = 180_000;

/** A real server, a real worker on one of several home folders, and a small dataset to search on. */
export class SearchFixture {
  private worker: WorkerProcess | null = null;
  private closeClient = (): Promise<void> => Promise.resolve();

  private constructor(
    readonly folder: string,
    private readonly port: number,
    private connected: { server: TemporalServer; client: Client } | null,
  ) {}

  static async open(): Promise<SearchFixture> {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-search-'));
    writeSmallDataset(join(folder, 'dataset.csv'));
    const fixture = new SearchFixture(folder, await freePort(0), null);
    await fixture.connect();
    return fixture;
  }

  async close(): Promise<void> {
    await this.worker?.stop();
    await this.closeClient();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Connects to the server; starts it again on its port if it has ended. */
  async connect(): Promise<void> {
    await this.closeClient();
    const server = await testServer(join(this.folder, 'temporal'), this.port);
    const opened = await testClient(server);
    this.connected = { server, client: opened.client };
    this.closeClient = opened.close;
  }

  get server(): TemporalServer {
    return this.open.server;
  }

  get client(): Client {
    return this.open.client;
  }

  private get open(): { server: TemporalServer; client: Client } {
    if (this.connected === null) throw new Error('there is no server');
    return this.connected;
  }

  /** Stops the current worker, if any, and starts a new one. */
  async startWorker(home: string): Promise<WorkerProcess> {
    await this.worker?.stop();
    this.worker = await WorkerProcess.start(join(this.folder, home), this.server.address);
    return this.worker;
  }

  /** Configuration of a run with this search. */
  config(search: object): object {
    return {
      source: { kind: 'dataset', path: join(this.folder, 'dataset.csv') },
      search: { folds: 3, parallelTrials: 2, ...search },
    };
  }

  start(workflowId: string, type: string, input: unknown): Promise<WorkflowHandle> {
    return this.client.workflow.start(type, { taskQueue: 'vqi', workflowId, args: [input] });
  }

  trialsOf(handle: WorkflowHandle): Promise<TrialStatus[]> {
    return handle.query<TrialStatus[]>('trials');
  }

  async isTraining(workflowId: string): Promise<boolean> {
    const { raw } = await this.client.workflow.getHandle(workflowId).describe();
    return (raw.pendingActivities ?? []).some(({ lastStartedTime }) => Boolean(lastStartedTime));
  }

  /** Queries a warehouse between two activities: a worker locks the file while one runs. */
  async query(home: string, sql: string): Promise<SqlRow[]> {
    let rows: SqlRow[] = [];
    await until(
      async () => {
        try {
          rows = await withWarehouse(join(this.folder, home, 'warehouse.duckdb'), (warehouse) =>
            warehouse.rows(sql),
          );
          return true;
        } catch (error) {
          if (error instanceof WarehouseBusyError) return false;
          throw error;
        }
      },
      CHECK_TIMEOUT_MS,
      'the worker releases the warehouse',
    );
    return rows;
  }
}
