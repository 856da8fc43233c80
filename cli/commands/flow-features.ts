import { resolve } from 'node:path';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import type { FlowFeaturesResult } from '../../activities/build-flow-features.js';
import { FLOW_FEATURE_KINDS } from '../../schemas/flow-features.js';
import { TASK_QUEUE } from '../../workflows/ids.js';
import { followProgress } from '../follow-progress.js';
import { rootCause } from '../root-cause.js';
import { newRunId } from '../run-id.js';
import { withSession } from '../run-workflow.js';

export interface FlowFeaturesOptions {
  readonly kind: readonly string[];
  readonly out?: string;
  readonly minPackets?: number;
  readonly anonymise?: boolean;
  readonly runId?: string;
}

/** Kinds from `IAT,stats`. @throws Error that names the first one there is not. */
export function flowFeatureKinds(text: string): string[] {
  const kinds = text.split(',').map((kind) => kind.trim().toUpperCase());
  const unknown = kinds.find((kind) => !(FLOW_FEATURE_KINDS as readonly string[]).includes(kind));
  if (unknown !== undefined)
    throw new Error(`there is no kind ${unknown}; there are ${FLOW_FEATURE_KINDS.join(', ')}`);
  return kinds;
}

/** `vqi flow-features CAPTURE|FOLDER`: the workflow `flowFeatures`, and where its table and files are. */
export async function runFlowFeaturesCommand(capture: string, options: FlowFeaturesOptions): Promise<void> {
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  const runId = options.runId ?? newRunId('flow-features');
  const config = {
    capture: resolve(capture),
    kinds: options.kind,
    ...(options.out === undefined ? {} : { out: resolve(options.out) }),
    ...(options.minPackets === undefined ? {} : { split: { minPackets: options.minPackets } }),
    ...(options.anonymise === true ? { anonymise: true } : {}),
  };
  await withSession(say, async (session) => {
    const { client, settings } = session;
    await client.workflow.start('flowFeatures', {
      taskQueue: TASK_QUEUE,
      workflowId: runId,
      args: [config],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      staticSummary: `flow features of ${capture}`,
    });
    const url = session.urlOf(runId);
    if (url !== null) say(`run ${runId}: ${url}`);
    const result = await followProgress<FlowFeaturesResult>(client, runId, session.workerEnded).catch(
      (error: unknown) => {
        throw new Error(`run ${runId} failed: ${rootCause(error)}`, { cause: error });
      },
    );
    for (const warning of result.warnings) say(`warning: ${warning}`);
    say(`${result.flows} flows`);
    say(`warehouse: ${settings.home}/warehouse.duckdb (table flow_features in schema "run ${runId}")`);
    for (const file of result.files) process.stdout.write(`${file}\n`);
  });
}
