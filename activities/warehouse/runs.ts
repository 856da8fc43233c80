import { rm } from 'node:fs/promises';
import { Context } from '@temporalio/activity';
import { buildIdOf, buildOf, isRetryBuild, retryBuildIdOf, workflowIdOf } from '../../common/build-id.js';
import type { ModelStanding } from '../../schemas/model-standing.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { decideCurrent, modelsOf, promoteModel, type RunModel } from '../../warehouse/runs/current-model.js';
import { completeRun, showRun } from '../../warehouse/runs/publish.js';
import {
  beginResults,
  dependentRuns,
  replaceResults,
  replaceRun,
  withParts,
} from '../../warehouse/runs/replace-run.js';
import {
  closeRun,
  recordKept,
  recordUnpublished,
  runState,
  type RunState,
} from '../../warehouse/runs/searches.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { ConfigError, RunFinishedError } from '../failures.js';
import { heartbeatWhile } from '../heartbeat-while.js';
import { discardBuild, hasResults, moveBuildFolder } from './build-folders.js';
import { publishToStore } from './publish-to-store.js';
import { reconcileRuns } from './reconcile-runs.js';

/** What becomes visible when a run is finished. */
export interface FinishRunInput {
  readonly runId: string;
  /** The id under which it was built. */
  readonly buildId: string;
  /** Files in the folder of the build. */
  readonly files: readonly string[];
  /** The run's model, which may become the current one; null if it has none, or is a part of a cross-evaluation. */
  readonly modelId: string | null;
  /** Whether the views of `main` show the run. */
  readonly isShown: boolean;
}

/** A run that is about to begin. */
export interface BeginRunInput {
  readonly runId: string;
  /** Whether a finished run with this id is to be replaced. */
  readonly replace: boolean;
  /** Whether another workflow started it. */
  readonly isPart: boolean;
}

/** The id of a part of a cross-evaluation (workflows/ids.ts). */
const PART_ID = /\/part-\d+$/;

/** Workflows whose runs get a model of their own. */
const TRAINING = ['videoQualityPipeline', 'tuneModel'];

/** A run that has begun. */
export interface BegunRun {
  /** The id to build under. */
  readonly buildId: string;
  /** Names of the search attributes that the run can set. */
  readonly attributes: readonly string[];
}

/** A run that ended without a result. */
export interface CloseRunInput {
  /** The id under which it was built. */
  readonly runId: string;
  readonly state: RunState;
  /** The cause; absent in runs that an earlier version began, as `request`. */
  readonly reason?: string;
  /** The input of its workflow, as JSON. */
  readonly request?: string;
}

export interface FinishedRun {
  readonly files: readonly string[];
  readonly standing: ModelStanding | null;
  /** That the store does not have the results; absent in runs of an earlier version. */
  readonly warnings?: readonly string[];
}

export interface PromotedModel extends ModelStanding {
  /** As of a run that has begun; absent in runs of an earlier version. */
  readonly attributes?: readonly string[];
}

/** Activities that begin and end what a workflow writes under its id; task queue of the warehouse. */
export function createWarehouseRunActivities({ home, stored, runAttributes }: ActivityDependencies) {
  const paths = homePaths(home);
  const open = <T>(work: (warehouse: Warehouse) => Promise<T>): Promise<T> =>
    heartbeatWhile(() =>
      withWarehouse(paths.warehouse, (warehouse) => warehouse.transaction(() => work(warehouse))),
    );
  return {
    /**
     * Prepares to write under a run's id. A finished run, or a folder with results, stays as it is until the new run is finished.
     * @throws RunFinishedError if the run is finished and not to be replaced, ConfigError if other runs use its tables, if its
     *   model would be lost, or if its folder has results of a run that the warehouse does not know
     */
    async beginRun({ runId, replace, isPart }: BeginRunInput): Promise<BegunRun> {
      if (workflowIdOf(runId) !== runId || (buildOf(runId) !== null && !isPart))
        throw new ConfigError(
          `the id of a run must not contain "${buildIdOf('')}" or "(retried by": ${runId}`,
        );
      await reconcile();
      const buildId = await open(async (warehouse) => {
        const state = await runState(warehouse, runId);
        // Another warehouse, or an earlier one, has the rows of this folder.
        const isForeign = state === null && (await hasResults(paths.run(runId)));
        if (isForeign && !replace)
          throw new ConfigError(
            `${paths.run(runId)} has the results of a run ${runId} that this warehouse does not know: move the folder away, choose another id, or replace them with --replace (temporal: --memo 'replace=true')`,
          );
        if (state !== 'completed' && !isForeign) return runId;
        if (!replace) throw new RunFinishedError(runId);
        await requireReplaceable(warehouse, runId);
        await discardBuild(warehouse, paths, buildIdOf(runId));
        return buildIdOf(runId);
      });
      await rm(paths.run(buildId), { recursive: true, force: true });
      return { buildId, attributes: runAttributes };
    },

    /**
     * Prepares new results for a finished run, which keeps those that it has until `finishRun`.
     * @returns the id to build under
     */
    async beginResults({ runId }: { runId: string }): Promise<{ buildId: string }> {
      const workflowId = Context.current().info.workflowExecution?.workflowId ?? '';
      const buildId = retryBuildIdOf(runId, workflowId);
      await open(async (warehouse) => {
        await discardBuild(warehouse, paths, buildId);
        await beginResults(warehouse, buildId, runId);
      });
      return { buildId };
    },

    /** Makes a run visible: as the last step, so that whatever failed before has changed nothing. */
    async finishRun(input: FinishRunInput): Promise<FinishedRun> {
      const { runId, buildId, files, modelId, isShown } = input;
      if (buildId !== runId) await reconcile();
      const { standing, runs } = await open(async (warehouse) => {
        let replaced: RunModel[] = [];
        if (buildId !== runId && (await runState(warehouse, buildId)) !== null) {
          if (isRetryBuild(buildId)) await replaceResults(warehouse, buildId, runId);
          else {
            // Another run may have begun to use the tables in the meantime.
            await requireReplaceable(warehouse, runId);
            replaced = await modelsOf(warehouse, runId);
            await replaceRun(warehouse, buildId, runId);
          }
        }
        await warehouse.useRun(runId);
        const decided = modelId === null ? null : await decideCurrent(warehouse, runId, modelId, replaced);
        if (isShown) await showRun(warehouse, runId);
        await completeRun(warehouse, runId);
        return { standing: decided, runs: await withParts(warehouse, runId) };
      });
      await heartbeatWhile(async () => {
        for (const id of runs) await moveBuildFolder(paths, `${buildId}${id.slice(runId.length)}`, id);
      });
      // A part is published with its run.
      const warnings = PART_ID.test(runId) ? [] : await publish(runId, runs, buildId !== runId);
      return { files: paths.finished(buildId, files), standing, warnings };
    },

    /**
     * Records that a run ended without a result, and why. What was built to replace a finished run is removed, and the finished
     * run says why it is still there.
     */
    async closeRun({ runId: buildId, state, reason, request }: CloseRunInput): Promise<void> {
      await open(async (warehouse) => {
        if (workflowIdOf(buildId) === buildId)
          await closeRun(warehouse, buildId, state, reason ?? null, request ?? 'null');
        else {
          await discardBuild(warehouse, paths, buildId);
          await recordKept(warehouse, buildId, state, reason ?? null);
        }
      });
    },

    /** Makes a model the one that is used if none is named. @throws DatasetError if there is no such model */
    async promoteModel({ model }: { model: unknown }): Promise<PromotedModel> {
      if (typeof model !== 'string') throw new ConfigError('the input must be {"model": "ID"}');
      const standing = await open((warehouse) => promoteModel(warehouse, model));
      return { ...standing, attributes: runAttributes };
    },
  };

  /** The run is finished, whether or not the store can be reached: a warning says so, and its row. */
  async function publish(runId: string, runs: readonly string[], isReplaced: boolean): Promise<string[]> {
    try {
      await heartbeatWhile(() => publishToStore(stored, paths, runs, isReplaced));
      return [];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const warning = `the results of run ${runId} are on the machine of the warehouse, but not in the store: ${reason}`;
      await open((warehouse) => recordUnpublished(warehouse, runId, warning));
      return [warning];
    }
  }

  async function reconcile(): Promise<void> {
    const { client } = Context.current();
    await heartbeatWhile(() => reconcileRuns(paths, client));
  }
}

/** @throws ConfigError if other runs use the tables of a finished run, or its model would be lost */
async function requireReplaceable(warehouse: Warehouse, runId: string): Promise<void> {
  const users = await dependentRuns(warehouse, runId);
  if (users.length > 0)
    throw new ConfigError(
      `run ${runId} cannot be replaced: ${users.join(', ')} ${users.length === 1 ? 'uses' : 'use'} its tables; choose another id`,
    );
  const { workflowType } = Context.current().info;
  const [model] = await modelsOf(warehouse, runId);
  if (model !== undefined && !TRAINING.includes(workflowType ?? ''))
    throw new ConfigError(
      `run ${runId} cannot be replaced: its model ${model.modelId} would be lost, because ${workflowType} trains none; choose another id`,
    );
}
