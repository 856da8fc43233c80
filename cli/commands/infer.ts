import { resolve } from 'node:path';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { TASK_QUEUE } from '../../workflows/ids.js';
import type { InferSessionResult } from '../../workflows/infer-session.js';
import { followProgress } from '../follow-progress.js';
import { rootCause } from '../root-cause.js';
import { newRunId } from '../run-id.js';
import { withSession } from '../run-workflow.js';
import { serviceOverrides } from '../service-overrides.js';
import { shareLines } from '../share-lines.js';

export interface InferOptions {
  readonly model?: string;
  readonly anonymise?: boolean;
  readonly assume?: string;
  readonly services?: string;
  readonly runId?: string;
}

/** `vqi infer CAPTURE|FOLDER`: the workflow `inferSession`, and where its timelines are. */
export async function runInferCommand(capture: string, options: InferOptions): Promise<void> {
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  const runId = options.runId ?? newRunId('inference');
  const service = serviceOverrides(options);
  const config = {
    capture: resolve(capture),
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.anonymise === true ? { anonymise: true } : {}),
    ...(Object.keys(service).length === 0 ? {} : { service }),
  };
  await withSession(say, async (session) => {
    const { client, settings, workerEnded } = session;
    await client.workflow.start('inferSession', {
      taskQueue: TASK_QUEUE,
      workflowId: runId,
      args: [config],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      staticSummary: `infer ${capture}`,
    });
    const url = session.urlOf(runId);
    if (url !== null) say(`run ${runId}: ${url}`);
    const result = await followProgress<InferSessionResult>(client, runId, workerEnded).catch(
      (error: unknown) => {
        throw new Error(`run ${runId} failed: ${rootCause(error)}`, { cause: error });
      },
    );
    for (const line of shareLines(result.shares)) say(line);
    say(`${result.sessions} sessions, ${result.windows} windows, by the model ${result.modelId}`);
    if (result.sessions === 0) {
      say(
        'no name or address tells a known service: --services FILE adds rules, --assume NAME takes all flows to port 443',
      );
    }
    say(`warehouse: ${settings.home}/warehouse.duckdb (table resolution_timeline in schema "run ${runId}")`);
    for (const file of result.files) process.stdout.write(`${file}\n`);
  });
}
