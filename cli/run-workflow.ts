import { isDeepStrictEqual } from 'node:util';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { TASK_QUEUE } from '../workflows/ids.js';
import { followProgress } from './follow-progress.js';
import { rootCause } from './root-cause.js';
import { InterruptedError } from './interrupted-error.js';
import type { Session } from './session.js';
import { say } from './say.js';

/** What to start, and how the web UI shall call it. */
export interface WorkflowStart {
  readonly type: string;
  readonly runId: string;
  readonly input: unknown;
  readonly summary: string;
}

/**
 * Starts a workflow, or finds the same one under way, says where it can be watched, follows its progress and gives what it came to.
 * @throws Error naming the run and the cause where it fails, or where another run of this id is at work; InterruptedError that says
 *   how the run goes on.
 */
export async function runWorkflow<Result>(session: Session, start: WorkflowStart): Promise<Result> {
  const { runId } = start;
  const earlier = await endOfEarlier(session, runId);
  const isNew = await startOrFind(session, start);
  const url = session.urlOf(runId);
  const fate = !isNew
    ? ' goes on where it was'
    : earlier === null
      ? ''
      : ` is made anew: the one before ${earlier}`;
  say(`run ${runId}${fate}${url === null ? '' : `: ${url}`}`);
  for (const other of await othersUnderWay(session, runId))
    say(`run ${other} was not ended before and goes on beside it (${cancelCommand(session, other)} ends it)`);
  return await followProgress<Result>(session.client, runId, session.lost).catch((error: unknown) => {
    if (error instanceof InterruptedError) {
      error.message = `run ${runId} is stopped, not ended: the same command with --run-id ${shellWord(runId)} goes on with it`;
      throw error;
    }
    if (error instanceof Error && error.name === 'HostEndedError') throw error;
    const hint = session.server.owned
      ? `\nvqi server shows its steps in the web UI, under its name`
      : url === null
        ? ''
        : `\nits steps: ${url}`;
    throw new Error(`run ${runId} failed: ${rootCause(error)}${hint}`, { cause: error });
  });
}

/** How and when the last run of this id ended, whose tables the next one replaces; null where there is none, or it is under way. */
async function endOfEarlier({ client }: Session, runId: string): Promise<string | null> {
  try {
    const { status, closeTime } = await client.workflow.getHandle(runId).describe();
    return closeTime === undefined
      ? null
      : `ended at ${closeTime.toISOString()} (${status.name.toLowerCase()})`;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** @returns whether it was started; false where the same one is under way. */
async function startOrFind(
  session: Session,
  { type, runId, input, summary }: WorkflowStart,
): Promise<boolean> {
  const { workflow } = session.client;
  const asked: unknown = JSON.parse(JSON.stringify(input));
  try {
    await workflow.start(type, {
      taskQueue: TASK_QUEUE,
      workflowId: runId,
      args: [input],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      staticSummary: summary,
      memo: { asked },
    });
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const found = await workflow.getHandle(runId).describe();
    if (found.type === type && isDeepStrictEqual(found.memo?.['asked'], asked)) return false;
    throw new Error(
      `run ${runId} is under way already, started otherwise: name another --run-id, or end it first (${cancelCommand(session, runId)})`,
      { cause: error },
    );
  }
}

/** Runs that a worker of this server goes on with, started by hand; not the parts of others. */
async function othersUnderWay({ client }: Session, runId: string): Promise<string[]> {
  const ids: string[] = [];
  const query = `ExecutionStatus = 'Running' AND TaskQueue = '${TASK_QUEUE}'`;
  for await (const { workflowId, parentExecution } of client.workflow.list({ query }))
    if (parentExecution === undefined && workflowId !== runId) ids.push(workflowId);
  return ids.sort();
}

function cancelCommand({ server }: Session, runId: string): string {
  return `temporal workflow cancel --address ${server.address} --workflow-id ${shellWord(runId)}`;
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A run's name from the time: `<prefix>-20260131-134500`, UTC. */
export function newRunId(prefix: string, now: Date = new Date()): string {
  const [day, time] = now.toISOString().slice(0, 19).split('T');
  return `${prefix}-${(day ?? '').replaceAll('-', '')}-${(time ?? '').replaceAll(':', '')}`;
}
