import { setTimeout as delay } from 'node:timers/promises';
import {
  WorkflowFailedError,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
  type WorkflowHandle,
} from '@temporalio/client';
import { ActivityFailure, ChildWorkflowFailure } from '@temporalio/common';
import { retryWorkflowId, TASK_QUEUE } from '../../workflows/ids.js';
import type { TrialStatus } from '../../workflows/progress.js';
import type { RetryTrialResult } from '../../workflows/retry-trial.js';
import { checkFirst } from '../check-first.js';
import { followProgress } from '../follow-progress.js';
import { InterruptedError } from '../interrupted-error.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { standingText } from '../result-table.js';
import { rootCause } from '../root-cause.js';
import { say, sayWhile } from '../say.js';
import { withSession, type Session } from '../session.js';

const POLL_MS = 500;

/** A trial that was scored again. */
interface Retried {
  readonly macroF1: number | null;
  /** The model that the run has now; null: the same as before; absent: its search goes on. */
  readonly chosen?: RetryTrialResult['chosen'];
}

/** `vqi retry-trial RUN TRIAL`: runs one trial again, in the running search or after it, and prints its score. */
export async function runRetryTrialCommand(
  run: string,
  trial: number,
  options: AnswerOptions,
): Promise<void> {
  await checkFirst('retryTrial', { run, trial });
  await withSession(async (session) => {
    const handle = session.client.workflow.getHandle(run);
    const retried = (await isRunning(handle))
      ? await sayWhile(`trial ${trial} runs`, Promise.race([retryInSearch(handle, trial), session.lost]))
      : await retryAfterSearch(session, run, trial);
    printAnswer(options, { run, trial, ...retried }, () => textOf(run, trial, retried));
  });
}

/** Also false for a run that the server no longer keeps. */
async function isRunning(handle: WorkflowHandle): Promise<boolean> {
  try {
    return (await handle.describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function retryInSearch(handle: WorkflowHandle, trial: number): Promise<Retried> {
  await handle
    .executeUpdate('retryTrials', { args: [{ trials: [trial] }] })
    .catch((error: unknown) => fail(error, trial));
  say(`trial ${trial} runs again in the search of ${handle.workflowId}`);
  for (;;) {
    const runs = await isRunning(handle);
    const status = (await handle.query<TrialStatus[]>('trials')).find((each) => each.trial === trial);
    if (status?.state !== 'waiting' && status?.state !== 'running') {
      if (status?.state === 'completed') return { macroF1: status.macroF1 };
      const state = status?.state === 'failed' ? 'failed again' : (status?.state ?? 'no longer exists');
      throw new Error(`trial ${trial} ${state}: ${status?.reason ?? 'no reason known'}`);
    }
    if (!runs) throw new Error(`trial ${trial} was not scored: the run ${handle.workflowId} was ended`);
    await delay(POLL_MS);
  }
}

async function retryAfterSearch(
  { client, lost, warehouseId }: Session,
  run: string,
  trial: number,
): Promise<Retried> {
  const workflowId = retryWorkflowId(run, trial);
  await client.workflow.start('retryTrial', {
    taskQueue: TASK_QUEUE,
    workflowId,
    args: [{ run, trial }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    memo: { warehouse: warehouseId },
    staticSummary: `trial ${trial} of ${run} again`,
  });
  const { macroF1, chosen } = await followProgress<RetryTrialResult>(client, workflowId, lost).catch(
    (error: unknown) => {
      if (error instanceof WorkflowFailedError) return fail(error, trial);
      if (error instanceof InterruptedError)
        error.message = `the retry of trial ${trial} is stopped, not ended; to continue it, use the same command`;
      throw error;
    },
  );
  for (const warning of chosen?.warnings ?? []) say(`warning: ${warning}`);
  return { macroF1, chosen };
}

function textOf(run: string, trial: number, { macroF1, chosen }: Retried): string {
  const score = `trial ${trial}: macro-F1 ${macroF1?.toFixed(3) ?? 'not known'}`;
  if (chosen === undefined) return `${score}\n`;
  if (chosen === null) return `${score}, the chosen trial is still the same, so the model stays\n`;
  const standing = chosen.standing ? `current model: ${standingText(chosen.standing)}\n` : '';
  return `${score}, the model of ${run} is now ${chosen.modelId}, of trial ${chosen.bestTrial}\n${standing}`;
}

function fail(error: unknown, trial: number): never {
  throw new Error(`trial ${trial} ${fateOf(error)}: ${rootCause(error)}`, { cause: error });
}

/** What became of a trial whose retry failed, by the step that failed. */
function fateOf(error: unknown): string {
  const step = error instanceof WorkflowFailedError ? error.cause : undefined;
  if (step instanceof ChildWorkflowFailure) return 'failed again';
  // The first step looks it up; all further ones come after its score.
  return step instanceof ActivityFailure && step.activityType !== 'reopenSearch'
    ? 'was scored again, but the results of the run stay as they were'
    : 'was not retried';
}
