import { executeChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { TrialRecord } from '../activities/warehouse/search-records.js';
import { settingText } from '../common/setting-text.js';
import { warehouse } from './activity-options.js';
import { besideRun } from './as-run.js';
import { bindToWarehouse, boundMemo } from './bind-to-warehouse.js';
import { failedAttempts, failureReason } from './failure-reason.js';
import { trialWorkflowId } from './ids.js';
import { answerProgress, noSearchProgress, sayingWhy } from './progress.js';
import { setAttributes, useAttributes } from './run-attributes.js';
import { runTrial } from './run-trial.js';
import { chooseAmong } from './search/choose-among.js';
import { concludeSearch, type SearchConclusion } from './search/conclude-search.js';
import { trialInput } from './search/trial-search.js';
import type { TuningProgress } from './tune-model.js';

export interface RetryTrialInput {
  /** Id of the workflow that searched. */
  readonly run: string;
  readonly trial: number;
}

export interface RetryTrialResult {
  readonly macroF1: number;
  /** The run's new model; null if the run keeps the model that it has. */
  readonly chosen: SearchConclusion | null;
}

/**
 * Runs one trial of an ended search again, alone, with its whole budget and under its own id. The trial's row in `trials`
 * is replaced. If the trial is now the best one, its model becomes the model of the run. A trial that fails again fails this
 * workflow, and is recorded as failed unless it has a score. The results of the run stay until all new ones are there. It is safe
 * to start the workflow again.
 */
export async function retryTrial(input: RetryTrialInput): Promise<RetryTrialResult> {
  const progress: TuningProgress = { stage: 'planning', trials: noSearchProgress(), warnings: [] };
  const enter = answerProgress(progress);
  return await sayingWhy(() => scoreAgain(input, enter));
}

async function scoreAgain(
  input: RetryTrialInput,
  enter: (stage: TuningProgress['stage']) => void,
): Promise<RetryTrialResult> {
  await bindToWarehouse();
  const { search, spec, attempts, isScored, attributes } = await warehouse.reopenSearch.executeWithOptions(
    { summary: 'look up the trial' },
    [input],
  );
  if (attributes !== undefined) useAttributes(attributes);
  setAttributes({ source: input.run });
  const { runId, config } = search;
  const record = (count: number, outcome: TrialRecord['outcome']): Promise<void> =>
    warehouse.recordTrials.executeWithOptions({ summary: `trial ${spec.trial}: ${outcome.state}` }, [
      { runId, records: [{ spec, share: 1, attempts: attempts + count, outcome }] },
    ]);

  enter('searching');
  const score = await executeChild(runTrial, {
    workflowId: trialWorkflowId(runId, spec.trial),
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    args: [trialInput(search, spec, 1)],
    memo: boundMemo(),
    staticSummary: `trial ${spec.trial} again: ${settingText(spec.setting)}`,
  }).catch(async (error: unknown) => {
    if (!isScored)
      await record(failedAttempts(error, config.search.maxAttempts), {
        state: 'failed',
        reason: failureReason(error),
      });
    throw error;
  });
  await record(score.attempts, { state: 'completed', score });

  const { macroF1, interval, foldsPath, warnings } = score;
  // Another trial of the run may have been retried in the meantime.
  const { others, bestTrial } = await warehouse.reopenSearch.executeWithOptions(
    { summary: 'compare with the others' },
    [input],
  );
  const choice = await chooseAmong(search, [
    ...others,
    { spec, share: 1, macroF1, interval, foldsPath, warnings },
  ]);
  const best = choice.ranked[0]?.spec.trial;
  const isChoiceOpen = best === spec.trial || best !== bestTrial;
  const chosen = isChoiceOpen
    ? await besideRun(runId, (buildId) =>
        concludeSearch(runId, { ...search, runId: buildId }, choice, [], enter),
      )
    : null;
  enter('done');
  return { macroF1, chosen };
}
