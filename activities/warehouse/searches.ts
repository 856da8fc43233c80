import { Context } from '@temporalio/activity';
import { z } from 'zod';
import { runIdOf } from '../../common/build-id.js';
import { tuneConfigSchema } from '../../schemas/search.js';
import { type Warehouse } from '../../warehouse/core/warehouse.js';
import { dwellTime } from '../../warehouse/features/dwell-time.js';
import { recordTrial } from '../../warehouse/runs/record.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import { adoptTables, loadSearch, saveSearch, unknownTrial } from '../../warehouse/runs/searches.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { ConfigError } from '../failures.js';
import { heartbeatWhile } from '../heartbeat-while.js';
import { inRun } from './in-run.js';
import { reconcileRuns } from './reconcile-runs.js';
import type { PreparedSearch, ReopenedSearch, TrialRecord } from './search-records.js';
import { storedSearch, type KeptSearch } from './stored-search.js';

/** Activities that store the input of a search and the results of its trials; task queue of the warehouse. */
export function createWarehouseSearchActivities({ home, runAttributes }: ActivityDependencies) {
  const paths = homePaths(home);
  const reconcile = (): Promise<unknown> =>
    heartbeatWhile(() => reconcileRuns(paths, Context.current().client));
  const open = <T>(runId: string, work: (warehouse: Warehouse) => Promise<T>): Promise<T> =>
    inRun(paths.warehouse, runId, async (warehouse) => {
      return await warehouse.transaction(() => work(warehouse));
    });
  return {
    /** Stores the input of a search, so that trials can be retried later. */
    async openSearch(search: PreparedSearch): Promise<void> {
      await reconcile();
      await open(search.runId, (warehouse) => saveSearch(warehouse, search.runId, search));
    },

    /**
     * Starts a new search on the training set of a run; the new run shares that run's tables.
     * @throws ConfigError naming the key, DatasetError if there is no such run
     */
    async adoptRun({ runId, request }: { runId: string; request: unknown }): Promise<PreparedSearch> {
      const parsed = tuneConfigSchema.safeParse(request);
      if (!parsed.success)
        throw new ConfigError(`the search's configuration cannot be used:\n${z.prettifyError(parsed.error)}`);
      const { run, search, seed } = parsed.data;
      await reconcile();
      return await open(runId, async (warehouse) => {
        if (run === runIdOf(runId))
          throw new ConfigError(
            `run: the workflow id of the new search is ${run} too; start it with another id`,
          );
        const { input: stored } = await loadSearch<KeptSearch>(warehouse, run);
        const base = storedSearch(stored);
        const { folds } = base.config.search;
        if (setsFolds(request) && search.folds !== folds)
          throw new ConfigError(
            `search.folds: the sessions of ${run} are divided into ${folds} folds; leave it out`,
          );
        const config = { ...base.config, search: { ...search, folds }, seed: seed ?? base.config.seed };
        const simulated = config.source.kind === 'captures' && config.source.simulated;
        await registerRun(warehouse, { runId, config, simulated }, []);
        await adoptTables(warehouse, runId, run);
        // Searches of earlier versions have no dwellSeconds.
        const dwellSeconds = await dwellTime(warehouse, config.windows.seconds);
        const adopted = { ...base, runId, config, trainingSet: { ...base.trainingSet, dwellSeconds } };
        await saveSearch(warehouse, runId, adopted);
        return adopted;
      });
    },

    /** @throws ConfigError if the search is running or has no such trial, DatasetError if there is no such run */
    async reopenSearch({ run, trial }: { run: string; trial: number }): Promise<ReopenedSearch> {
      await reconcile();
      return await open(run, async (warehouse) => {
        const { input, state, trials, bestTrial } = await loadSearch<KeptSearch>(warehouse, run);
        if (state === 'searching' || state === 'building') {
          throw new ConfigError(
            `the search of ${run} has not ended: use the update retryTrials while it runs, or start the run again`,
          );
        }
        const found = trials.find((stored) => stored.trial === trial);
        if (found === undefined)
          throw unknownTrial(
            run,
            trial,
            trials.map((stored) => stored.trial),
          );
        return {
          search: storedSearch(input),
          spec: { trial, setting: found.setting },
          attempts: found.attempts,
          isScored: found.state === 'completed',
          others: trials.flatMap(({ macroF1, interval, foldsPath, budgetShare, warnings, ...stored }) =>
            stored.state !== 'completed' || macroF1 === null || foldsPath === null || stored.trial === trial
              ? []
              : [
                  {
                    spec: { trial: stored.trial, setting: stored.setting },
                    share: budgetShare,
                    macroF1,
                    interval,
                    foldsPath,
                    warnings,
                  },
                ],
          ),
          bestTrial,
          attributes: runAttributes,
        };
      });
    },

    /** Writes the results of trials; earlier results of the same trials are replaced. */
    async recordTrials({
      runId,
      records,
    }: {
      runId: string;
      records: readonly TrialRecord[];
    }): Promise<void> {
      await open(runId, async (warehouse) => {
        for (const { spec, share, attempts, outcome } of records) {
          const score = outcome.state === 'completed' ? outcome.score : null;
          await recordTrial(warehouse, {
            runId,
            trial: spec.trial,
            family: spec.setting.family,
            setting: spec.setting,
            state: outcome.state,
            budgetShare: share,
            attempts,
            macroF1: score?.macroF1 ?? null,
            macroF1Low: score?.interval?.low ?? null,
            macroF1High: score?.interval?.high ?? null,
            macroF1ByFold: score?.folds.map((fold) => fold.macroF1) ?? null,
            accuracy: score?.accuracy ?? null,
            logLoss: score?.logLoss ?? null,
            foldsPath: score?.foldsPath ?? null,
            trainRows: score?.trainRows ?? null,
            seconds: score?.seconds ?? null,
            reused: score?.reused ?? false,
            reason: outcome.state === 'completed' ? null : outcome.reason,
            warnings: score?.warnings ?? [],
          });
        }
      });
    },
  };
}

function setsFolds(request: unknown): boolean {
  return z.object({ search: z.object({ folds: z.number() }) }).safeParse(request).success;
}
