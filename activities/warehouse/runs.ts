import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Context } from '@temporalio/activity';
import { buildIdOf, workflowIdOf } from '../../common/build-id.js';
import type { ModelStanding } from '../../schemas/model-standing.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { decideCurrent, promoteModel } from '../../warehouse/runs/current-model.js';
import { completeRun, showRun } from '../../warehouse/runs/publish.js';
import { dependentRuns, removeBuild, replaceRun, withParts } from '../../warehouse/runs/replace-run.js';
import { runState, setRunState, type RunState } from '../../warehouse/runs/searches.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { ConfigError, RunFinishedError } from '../failures.js';
import { heartbeatWhile } from '../heartbeat-while.js';
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

export interface FinishedRun {
  readonly files: readonly string[];
  readonly standing: ModelStanding | null;
}

/** Activities that begin and end what a workflow writes under its id; task queue of the warehouse. */
export function createWarehouseRunActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  const open = <T>(work: (warehouse: Warehouse) => Promise<T>): Promise<T> =>
    heartbeatWhile(() =>
      withWarehouse(paths.warehouse, (warehouse) => warehouse.transaction(() => work(warehouse))),
    );
  return {
    /**
     * Prepares to write under a run's id. A finished run stays as it is until the new one is finished too.
     * @returns the id to build under
     * @throws RunFinishedError if the run is finished and not to be replaced, ConfigError if other runs use its tables
     */
    async beginRun({ runId, replace }: { runId: string; replace: boolean }): Promise<string> {
      if (workflowIdOf(runId) !== runId)
        throw new ConfigError(`the id of a run must not end with "${buildIdOf('')}": ${runId}`);
      await reconcileRuns(paths.warehouse, Context.current().client);
      const buildId = await open(async (warehouse) => {
        if ((await runState(warehouse, runId)) !== 'completed') return runId;
        if (!replace) throw new RunFinishedError(runId);
        const users = await dependentRuns(warehouse, runId);
        if (users.length > 0)
          throw new ConfigError(
            `run ${runId} cannot be replaced: ${users.join(', ')} ${users.length === 1 ? 'uses' : 'use'} its tables; choose another id`,
          );
        await removeBuild(warehouse, buildIdOf(runId));
        return buildIdOf(runId);
      });
      await rm(paths.run(buildId), { recursive: true, force: true });
      return buildId;
    },

    /** Makes a run visible: as the last step, so that whatever failed before has changed nothing. */
    async finishRun(input: FinishRunInput): Promise<FinishedRun> {
      const { runId, buildId, files, modelId, isShown } = input;
      const { standing, runs } = await open(async (warehouse) => {
        let succeeds = false;
        if (buildId !== runId && (await runState(warehouse, buildId)) !== null) {
          const [current] = await warehouse.rows(
            'select 1 as found from main.models where run_id = $run_id and is_current',
            { run_id: runId },
          );
          succeeds = current !== undefined;
          await replaceRun(warehouse, buildId, runId);
        }
        await warehouse.useRun(runId);
        const decided = modelId === null ? null : await decideCurrent(warehouse, runId, modelId, succeeds);
        await (isShown ? showRun : completeRun)(warehouse, runId);
        return { standing: decided, runs: await withParts(warehouse, runId) };
      });
      for (const id of runs) await moveFolder(`${buildId}${id.slice(runId.length)}`, id);
      return { files: paths.finished(buildId, files), standing };
    },

    /** Records that a run ended without a result. What was built to replace a finished run is removed. */
    async closeRun({ runId: buildId, state }: { runId: string; state: RunState }): Promise<void> {
      await open(async (warehouse) => {
        if (workflowIdOf(buildId) === buildId) await setRunState(warehouse, buildId, state);
        else await removeBuild(warehouse, buildId);
      });
      if (workflowIdOf(buildId) !== buildId) await rm(paths.run(buildId), { recursive: true, force: true });
    },

    /** Makes a model the one that is used if none is named. @throws DatasetError if there is no such model */
    async promoteModel({ model }: { model: unknown }): Promise<ModelStanding> {
      if (typeof model !== 'string') throw new ConfigError('the input must be {"model": "ID"}');
      return await open((warehouse) => promoteModel(warehouse, model));
    },
  };

  /** A second call finds that the folder has moved already. */
  async function moveFolder(buildId: string, runId: string): Promise<void> {
    const [from, to] = [paths.run(buildId), paths.run(runId)];
    if (from === to || !existsSync(from)) return;
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
  }
}
