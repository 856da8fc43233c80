import { mkdirSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import {
  NativeConnection,
  Worker,
  type ActivityInterceptorsFactory,
  type WorkerDeploymentOptions,
  type WorkerOptions as TemporalWorkerOptions,
} from '@temporalio/worker';
import { ConfinedFiles } from '../activities/confined-files.js';
import { homePaths } from '../activities/dependencies.js';
import { BATCHES_ABOVE } from '../activities/planning/capture-list.js';
import { SharedInputs } from '../activities/shared-inputs.js';
import { StoredFiles } from '../activities/stored-files.js';
import { reconcileRuns } from '../activities/warehouse/reconcile-runs.js';
import { VqiError } from '../common/vqi-error.js';
import { acquireFileLock } from '../server/file-lock.js';
import type { ServerAccess } from '../server/server-access.js';
import { openStore } from '../store/open-store.js';
import { withWarehouse } from '../warehouse/core/open-warehouse.js';
import { WarehouseBusyError } from '../warehouse/core/query-error.js';
import { warehouseId } from '../warehouse/core/warehouse-format.js';
import { allRuns } from '../warehouse/runs/searches.js';
import { boundQueue, WAREHOUSE_TASK_QUEUE } from '../workflows/ids.js';
import { RUN_ATTRIBUTES } from '../workflows/run-attributes.js';
import { artifactInterceptor } from './artifact-interceptor.js';
import { buildId, codeVersion } from './code-version.js';
import { dataConverterOf } from './data-converter.js';
import { EncryptionKeys } from './encryption-codec.js';
import { failureInterceptor } from './failure-interceptor.js';
import { measureInterceptor } from './measure-interceptor.js';
import { pathInterceptor } from './path-interceptor.js';
import { removeLeftovers } from './remove-leftovers.js';
import { makeRunAttributes } from './run-attributes.js';
import { becomeOwner, ownIdentity, requireSoleOwner, watchOwners } from './sole-owner.js';
import { claimStore, warehouseOfStore, watchBuild } from './store-record.js';
import { servedQueues, type Role } from './task-queues.js';
import { ComputePool } from './threads/compute-pool.js';
import type { Tracing } from './tracing.js';
import { workflowBundle } from './workflow-bundle.js';

/** How long another program may keep the warehouse open: five minutes. */
const BUSY_MS = 1000;
const BUSY_ROUNDS = 300;
/** Search attributes that say what was watched: a server can search only what it can read. */
const READABLE: ReadonlySet<string> = new Set([RUN_ATTRIBUTES.source.name, RUN_ATTRIBUTES.services.name]);

export interface WorkerOptions {
  /** The Temporal server. */
  readonly access: ServerAccess;
  /** Folder of the warehouse, the artifacts and the results; created if missing. */
  readonly home: string;
  /** Folders from which workflows may read, beside the home folder and what commands named. */
  readonly inputRoots: readonly string[];
  /** Number of compute threads; by default one per core. */
  readonly threads?: number | undefined;
  /** Key for anonymising captures, 32 bytes. */
  readonly anonymiseKey?: Uint8Array | undefined;
  /** Keys of what the server keeps; none: it is not encrypted. */
  readonly encryption?: EncryptionKeys | undefined;
  /** The deployment of this worker, whose runs stay on the build that began them; undefined: any worker continues a run. */
  readonly deployment?: { readonly name: string; readonly buildId: string | undefined } | undefined;
  /** Null: no traces are sent. */
  readonly tracing?: Tracing | null | undefined;
  /** Runs with more captures read them in batches. */
  readonly batchesAbove?: number | undefined;
  /** What the worker does; by default all. */
  readonly role?: Role | undefined;
  /** Where machines share files; by default nowhere: one machine does all. */
  readonly store?: StoreOptions | undefined;
  /** Receives what was found in the home folder. */
  readonly log: (line: string) => void;
}

/** Where machines share files. */
export interface StoreOptions {
  /** `s3://BUCKET/PREFIX`, or an absolute folder. */
  readonly url: string;
  /** Folders that all machines mount: captures in them are not sent to the store. */
  readonly mountedInputs: readonly string[];
  /** Most bytes of artifacts that a worker without the warehouse keeps. */
  readonly cacheBytes: number;
}

/** A worker that runs until it is stopped or fails. */
export interface RunningWorker {
  readonly threads: number;
  /** Id of the home's warehouse. */
  readonly warehouseId: string;
  /** Settles when the worker has ended; rejects if it failed. */
  readonly ended: Promise<void>;
  /** Waits for running activities to finish or be cancelled, ends the threads, and resolves when all is closed. */
  stop(): Promise<void>;
}

/** Another worker uses this home folder. */
export class HomeInUseError extends VqiError {
  override readonly name = 'HomeInUseError';
  override readonly retry = 'later';

  constructor(
    readonly home: string,
    readonly pid: number,
  ) {
    super(
      `${home} is in use by the worker with process id ${pid}: stop it, or set VQI_HOME to another folder`,
    );
  }
}

/** A worker of this role needs a store. */
export class StoreMissingError extends VqiError {
  override readonly name = 'StoreMissingError';
  override readonly retry = 'never';
}

/**
 * Starts the workers of a home's task queues in this process. Unless its role is to compute, it owns the DuckDB file of its home
 * folder.
 * @throws HomeInUseError if another live worker owns the folder, OtherOwnerError if one owns a copy of it, StoreMissingError,
 *   StoreMismatchError
 */
export async function startWorker({
  access,
  home,
  inputRoots,
  threads = defaultThreads(),
  anonymiseKey,
  encryption = new EncryptionKeys(),
  deployment,
  tracing = null,
  batchesAbove = BATCHES_ABOVE,
  role = 'all',
  store: storeOptions,
  log,
}: WorkerOptions): Promise<RunningWorker> {
  if (role !== 'all' && storeOptions === undefined)
    throw new StoreMissingError(
      `--role ${role} needs a store that all machines share: set VQI_STORE to s3://BUCKET/PREFIX or to a folder that all mount (docs/cluster.md)`,
    );
  mkdirSync(home, { recursive: true });
  const attempt = await acquireFileLock(join(home, 'worker.lock'));
  if (!attempt.acquired) throw new HomeInUseError(home, attempt.holder.pid);
  const { lock } = attempt;
  /** What is to be closed if the worker does not start, the last first. */
  const opened: (() => unknown)[] = [() => lock.release()];
  try {
    const paths = homePaths(home);
    const store = storeOptions && (await openStore(storeOptions.url));
    opened.push(() => store?.close());
    const ownsWarehouse = role !== 'compute';
    const ownBuild = deployment === undefined ? buildId() : null;
    const id = ownsWarehouse
      ? await whenFree(() => withWarehouse(paths.warehouse, warehouseId), paths.warehouse, log)
      : await warehouseOfStore(store!, anonymiseKey, ownBuild, log);
    await lock.update({ warehouse: id, encryption: encryption.fingerprint });
    const { namespace } = access;
    const dataConverter = dataConverterOf(encryption);
    const connection = await NativeConnection.connect(access.connectOptions);
    opened.push(() => connection.close());
    const identity = ownIdentity();
    const ownersQueue = boundQueue(WAREHOUSE_TASK_QUEUE, id);
    if (ownsWarehouse) {
      const ended = await becomeOwner(home, identity);
      await requireSoleOwner(connection, namespace, ownersQueue, id, ended, log);
      if (store !== undefined) await claimStore(store, id, anonymiseKey, ownBuild);
    }
    const compute = new ComputePool(threads);
    opened.push(() => compute.close());
    const files = new ConfinedFiles(home, inputRoots);
    opened.push(() => files.buckets.close());
    const stored = new StoredFiles(
      paths,
      store ?? null,
      ownsWarehouse ? null : (storeOptions?.cacheBytes ?? null),
    );
    const dependencies = {
      ...{ home, warehouseId: id, compute, files, batchesAbove, stored },
      inputs: new SharedInputs(paths, store ?? null, files, storeOptions?.mountedInputs, ownsWarehouse),
      ...{ codeVersion: codeVersion(), anonymiseKey },
      runAttributes: ownsWarehouse
        ? (await makeRunAttributes(connection, namespace, log)).filter(
            (name) => encryption.isEmpty || !READABLE.has(name),
          )
        : [],
    };
    const version =
      deployment === undefined
        ? null
        : { deploymentName: deployment.name, buildId: deployment.buildId ?? buildId() };
    const common = {
      ...(version === null ? {} : { workerDeploymentOptions: pinned(version) }),
      connection,
      namespace,
      identity,
      dataConverter,
      interceptors: {
        activity: [
          ...(tracing === null ? [] : [tracing.activity]),
          failureInterceptor,
          measureInterceptor,
          artifactInterceptor(stored),
          pathInterceptor(files, ownsWarehouse),
        ] satisfies ActivityInterceptorsFactory[],
      },
      ...(tracing === null ? {} : { sinks: tracing.sinks }),
      maxHeartbeatThrottleInterval: '1s',
      defaultHeartbeatThrottleInterval: '1s',
      shutdownGraceTime: '2s',
      shutdownForceTime: '20s',
    } satisfies Partial<TemporalWorkerOptions>;
    const bundle = ownsWarehouse
      ? await workflowBundle({ ...dataConverter, interceptorModule: tracing?.workflowModule })
      : null;
    const workers: Worker[] = [];
    for (const { hasWorkflows, ...queue } of servedQueues(dependencies, threads, role))
      workers.push(
        await Worker.create({
          ...common,
          ...queue,
          ...(hasWorkflows && bundle ? { workflowBundle: bundle } : {}),
        }),
      );
    // Before any activity opens the file.
    const client = new Client({ connection, namespace, dataConverter });
    if (ownsWarehouse)
      for (const runId of await reconcileRuns(paths, client))
        log(
          `run ${runId} stays as it is: what was built to replace it is removed, because its workflow has ended`,
        );
    const runIds = ownsWarehouse ? await withWarehouse(paths.warehouse, allRuns) : null;
    for (const line of await removeLeftovers(paths, client, runIds)) log(line);
    if (version !== null)
      log(
        `build ${version.buildId} of deployment ${version.deploymentName}; new runs come to it after: temporal worker deployment set-current-version --deployment-name ${version.deploymentName} --build-id ${version.buildId}`,
      );
    const shutDown = (): void => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    let unfit: VqiError | null = null;
    const onUnfit = (error: VqiError): void => {
      unfit = error;
      shutDown();
    };
    const endWatch = ownsWarehouse
      ? watchOwners(connection, namespace, ownersQueue, id, identity, onUnfit)
      : watchBuild(store!, ownBuild, onUnfit);
    const ended = Promise.all(workers.map((worker) => worker.run().finally(shutDown)))
      .finally(endWatch)
      .finally(() => compute.close())
      .finally(() => store?.close())
      .finally(() => files.buckets.close())
      .finally(() => connection.close())
      .finally(() => lock.release())
      .then(() => {
        if (unfit !== null) throw unfit;
      });
    ended.catch(() => undefined);
    void lock.lost.then(shutDown);
    return {
      threads,
      warehouseId: id,
      ended,
      async stop() {
        shutDown();
        await ended;
      },
    };
  } catch (error) {
    for (const close of opened.reverse()) await close();
    throw error;
  }
}

function pinned(version: WorkerDeploymentVersion): WorkerDeploymentOptions {
  return { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' };
}

/** Memory that a thread may need. */
const BYTES_PER_THREAD = 2 ** 30;

/** A thread for each core, if there is memory for it. */
function defaultThreads(): number {
  const constrained = process.constrainedMemory();
  // Without a limit, some systems say 0, others the largest number.
  const bytes = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return Math.max(1, Math.min(availableParallelism(), Math.floor(bytes / BYTES_PER_THREAD)));
}

/** Waits while another program has the file open, as activities do. */
async function whenFree<T>(work: () => Promise<T>, path: string, log: (line: string) => void): Promise<T> {
  for (let round = 0; ; round++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof WarehouseBusyError) || round >= BUSY_ROUNDS) throw error;
      if (round === 0) log(`${path} is open in another program: waiting until it is closed`);
      await delay(BUSY_MS);
    }
  }
}
