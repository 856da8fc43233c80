import { resolve } from 'node:path';
import type { FlowFeaturesResult } from '../../activities/build-flow-features.js';
import { FLOW_FEATURE_KINDS } from '../../schemas/flow-features.js';
import { newRunId } from '../run-id.js';
import { runWorkflow } from '../run-workflow.js';
import { withSession } from '../session.js';

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
    const result = await runWorkflow<FlowFeaturesResult>(
      session,
      { type: 'flowFeatures', runId, input: config, summary: `flow features of ${capture}` },
      say,
    );
    say(`${result.flows} flows`);
    say(
      `warehouse: ${session.settings.home}/warehouse.duckdb (table flow_features in schema "run ${runId}")`,
    );
    for (const file of result.files) process.stdout.write(`${file}\n`);
  });
}
