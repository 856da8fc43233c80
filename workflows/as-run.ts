import {
  CancellationScope,
  isCancellation,
  log,
  patched,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { WarehouseActivities } from '../activities/index.js';
import type { BegunRun, FinishedRun, FinishRunInput } from '../activities/warehouse/runs.js';
import { warehouse } from './activity-options.js';
import { bindToWarehouse } from './bind-to-warehouse.js';
import { failureReason } from './failure-reason.js';
import { WAREHOUSE_TASK_QUEUE } from './ids.js';
import { sayingWhy } from './progress.js';
import { useAttributes } from './run-attributes.js';

/** Replay only: the name of `closeRun` in earlier versions. */
const { closeSearch } = proxyActivities<{ closeSearch: WarehouseActivities['closeRun'] }>({
  taskQueue: WAREHOUSE_TASK_QUEUE,
  startToCloseTimeout: '4 hours',
});

const isBegun = (): boolean => patched('runs are begun and finished');

/**
 * The frame of every workflow that writes under its id: a finished run with the same id stays as it is until `work` calls
 * `finishRun` as its last step, and is only replaced if the memo `replace` is true. If `work` fails, the run is closed.
 * @param input of the workflow
 * @param work receives the id to write under
 */
export async function asRun<T>(input: unknown, work: (buildId: string) => Promise<T>): Promise<T> {
  return await sayingWhy(() => inFrame(input, work));
}

async function inFrame<T>(input: unknown, work: (buildId: string) => Promise<T>): Promise<T> {
  await bindToWarehouse();
  const { workflowId: runId, memo, parent } = workflowInfo();
  const begun: BegunRun | string = isBegun()
    ? await warehouse.beginRun.executeWithOptions({ summary: 'look for a finished run with this id' }, [
        { runId, replace: memo?.['replace'] === true, isPart: parent !== undefined },
      ])
    : runId;
  // Replay only: workers of earlier versions gave the id alone.
  const isEarlier = typeof begun === 'string';
  const buildId = isEarlier ? begun : begun.buildId;
  if (!isEarlier) useAttributes(begun.attributes);
  try {
    return await work(buildId);
  } catch (error) {
    const state = endStateOf(error);
    if (isBegun())
      await close(() =>
        warehouse.closeRun.executeWithOptions({ summary: state }, [
          {
            ...{ runId: buildId, state, reason: failureReason(error) },
            request: JSON.stringify(input ?? null),
          },
        ]),
      );
    throw error;
  }
}

/**
 * Makes new results for a finished run, which keeps those that it has until `work` calls `finishRun` as its last step. If `work`
 * fails, nothing of it remains.
 * @param work receives the id to write under
 */
export async function besideRun<T>(runId: string, work: (buildId: string) => Promise<T>): Promise<T> {
  if (!patched('results of a retried trial are built beside those of the run')) return await work(runId);
  const { buildId } = await warehouse.beginResults.executeWithOptions(
    { summary: 'keep the results of the run' },
    [{ runId }],
  );
  try {
    return await work(buildId);
  } catch (error) {
    const state = endStateOf(error);
    await close(() =>
      warehouse.closeRun.executeWithOptions({ summary: state }, [
        { runId: buildId, state, reason: failureReason(error) },
      ]),
    );
    throw error;
  }
}

/** Replay only: the searches of earlier versions closed their runs themselves; now `asRun` does it for every run. */
export async function closeEarlierSearch(runId: string, error: unknown): Promise<void> {
  if (isBegun()) return;
  const state = endStateOf(error);
  await close(() => closeSearch.executeWithOptions({ summary: state }, [{ runId, state }]));
}

/** Closes a run that has failed. If that fails too, the cause of the first failure counts, and the next worker closes the run. */
async function close(closing: () => Promise<void>): Promise<void> {
  try {
    await CancellationScope.nonCancellable(closing);
  } catch (error) {
    log.warn('the run could not be closed; the next run or worker closes it', { error });
  }
}

/** State of the run that the error ends. */
export function endStateOf(error: unknown): 'cancelled' | 'failed' {
  return isCancellation(error) ? 'cancelled' : 'failed';
}

/** Makes the results of a run visible. To be called last. */
export async function finishRun(input: FinishRunInput): Promise<FinishedRun> {
  if (!isBegun()) return { files: input.files, standing: null };
  return await warehouse.finishRun.executeWithOptions({ summary: 'make the results visible' }, [input]);
}
