import { isDeepStrictEqual } from 'node:util';
import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { isBoundElsewhere } from '../common/is-bound-elsewhere.js';
import { shellWord } from '../common/shell-word.js';
import { DEFAULT_NAMESPACE } from '../server/server-access.js';
import { namePaths } from '../worker/name-paths.js';
import { TASK_QUEUE } from '../workflows/ids.js';
import { followProgress } from './follow-progress.js';
import { InterruptedError } from './interrupted-error.js';
import { rootCause } from './root-cause.js';
import { say } from './say.js';
import { ServerLostError } from './server-lost-error.js';
import type { Session } from './session.js';
import { skippedIn } from './skipped-captures.js';

/** A workflow to start; the web UI shows `summary`. */
export interface WorkflowStart {
  readonly type: string;
  readonly runId: string;
  readonly input: unknown;
  readonly summary: string;
  /** Replace a finished run with this id. */
  readonly replace: boolean | undefined;
}

/**
 * Starts a workflow, or finds the same one already running; prints its address in the web UI, follows its progress and
 * returns its result.
 * @throws Error naming the run and the cause if it fails, or if another run with this id is running; InterruptedError that
 *   says how to continue the run
 */
export async function runWorkflow<Result>(session: Session, start: WorkflowStart): Promise<Result> {
  const { runId } = start;
  const earlier = await endOfEarlier(session, runId);
  if (earlier?.isFinished === true && start.replace !== true)
    throw new Error(
      `run ${runId} ${earlier.text}, and its results are kept: choose another --run-id, or replace them with --replace`,
    );
  await namePaths(session.settings.home, start.input);
  const isNew = await startOrFind(session, start);
  const url = session.urlOf(runId);
  const state = !isNew
    ? ' continues where it stopped'
    : earlier === null
      ? ''
      : ` starts again: the previous one ${earlier.text}`;
  say(`run ${runId}${state}${url === null ? '' : `: ${url}`}`);
  for (const other of await otherRunningIds(session, runId))
    say(`run ${other} is still running too; to end it: ${cancelCommand(session, other)}`);
  const result = await followProgress<Result>(session.client, runId, session.lost).catch((error: unknown) => {
    if (error instanceof InterruptedError) {
      error.message = `run ${runId} is stopped, not ended; to continue it, use the same command with --run-id ${shellWord(runId)}`;
      throw error;
    }
    if (error instanceof Error && error.name === 'HostEndedError') throw error;
    if (error instanceof ServerLostError || error instanceof ServiceError) {
      const reason =
        error instanceof ServerLostError
          ? error.message
          : `the Temporal server at ${session.server.address} does not answer (${rootCause(error)})`;
      throw new Error(
        `${reason}; its database keeps run ${runId}\nto continue the run, use the same command with --run-id ${shellWord(runId)}`,
        { cause: error },
      );
    }
    const hint = session.server.owned
      ? `\nto see its steps, start the web UI with vqi server and open the run`
      : url === null
        ? ''
        : `\nits steps: ${url}`;
    throw new Error(`run ${runId} failed: ${rootCause(error)}${hint}`, { cause: error });
  });
  session.skipped.push(skippedIn(result));
  return result;
}

/** How and when the previous run with this id ended; null if there is none or it is still running. */
async function endOfEarlier(
  session: Session,
  runId: string,
): Promise<{ text: string; isFinished: boolean } | null> {
  try {
    const { status, closeTime, memo } = await session.client.workflow.getHandle(runId).describe();
    return closeTime === undefined || isBoundElsewhere(memo, session.warehouseId)
      ? null
      : {
          text: `ended at ${closeTime.toISOString()} (${status.name.toLowerCase()})`,
          isFinished: status.name === 'COMPLETED',
        };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** @returns true if the workflow was started; false if the same one is already running */
async function startOrFind(
  session: Session,
  { type, runId, input, summary, replace }: WorkflowStart,
): Promise<boolean> {
  const { workflow } = session.client;
  const request: unknown = JSON.parse(JSON.stringify(input));
  try {
    await workflow.start(type, {
      taskQueue: TASK_QUEUE,
      workflowId: runId,
      args: [input],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      staticSummary: summary,
      memo: {
        asked: request,
        warehouse: session.warehouseId,
        ...(replace === true ? { replace } : {}),
      },
    });
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const found = await workflow.getHandle(runId).describe();
    if (isBoundElsewhere(found.memo, session.warehouseId))
      throw new Error(
        `run ${runId} is already running with the warehouse of another home: choose another --run-id, or set VQI_HOME to its home`,
        { cause: error },
      );
    if (found.type === type && isDeepStrictEqual(found.memo?.['asked'], request)) return false;
    throw new Error(
      `run ${runId} is already running, started with another command or configuration: choose another --run-id, or end it first (${cancelCommand(session, runId)})`,
      { cause: error },
    );
  }
}

/** Other runs that this server's workers continue; child workflows are left out. */
async function otherRunningIds({ client }: Session, runId: string): Promise<string[]> {
  const ids: string[] = [];
  const query = `ExecutionStatus = 'Running' AND TaskQueue = '${TASK_QUEUE}'`;
  for await (const { workflowId, parentExecution } of client.workflow.list({ query }))
    if (parentExecution === undefined && workflowId !== runId) ids.push(workflowId);
  return ids.sort();
}

function cancelCommand({ server }: Session, runId: string): string {
  const { address, namespace } = server;
  const of = namespace === DEFAULT_NAMESPACE ? '' : ` --namespace ${shellWord(namespace)}`;
  return `temporal workflow cancel --address ${address}${of} --workflow-id ${shellWord(runId)}`;
}

/** A run id from the time: `<prefix>-20260131-134500`, UTC. */
export function newRunId(prefix: string, now: Date = new Date()): string {
  const [day, time] = now.toISOString().slice(0, 19).split('T');
  return `${prefix}-${(day ?? '').replaceAll('-', '')}-${(time ?? '').replaceAll(':', '')}`;
}
