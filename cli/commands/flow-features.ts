import { join } from 'node:path';
import type { FlowFeaturesResult } from '../../activities/warehouse/flow-features.js';
import { countText } from '../../common/count-text.js';
import { runSchema } from '../../common/run-schema.js';
import { captureConfig, type CaptureOptions } from '../capture-config.js';
import { checkFirst } from '../check-first.js';
import { localPath } from '../local-path.js';
import { linesOf, printAnswer, type AnswerOptions } from '../print-answer.js';
import { newRunId, runWorkflow } from '../run-workflow.js';
import { withSession } from '../session.js';

export interface FlowFeaturesOptions extends AnswerOptions, CaptureOptions {
  readonly kind: readonly string[];
  readonly out?: string | undefined;
  readonly minPackets?: number | undefined;
  readonly runId?: string | undefined;
  readonly replace?: boolean | undefined;
}

/** `vqi flow-features CAPTURE|FOLDER`: runs the workflow `flowFeatures` and prints the places of its table and files. */
export async function runFlowFeaturesCommand(capture: string, options: FlowFeaturesOptions): Promise<void> {
  const runId = options.runId ?? newRunId('flow-features');
  const config = {
    ...captureConfig(capture, options),
    kinds: options.kind,
    ...(options.out === undefined ? {} : { out: localPath(options.out) }),
    ...(options.minPackets === undefined ? {} : { split: { minPackets: options.minPackets } }),
  };
  await checkFirst('flowFeatures', config);
  await withSession(async (session) => {
    const result = await runWorkflow<FlowFeaturesResult>(session, {
      type: 'flowFeatures',
      runId,
      input: config,
      summary: `flow features of ${capture}`,
      replace: options.replace,
    });
    const warehouse = join(session.settings.home, 'warehouse.duckdb');
    printAnswer(options, { runId, warehouse, ...result }, () =>
      linesOf([
        countText(result.flows, 'flow'),
        `warehouse: ${warehouse} (table flow_features in schema "${runSchema(runId)}")`,
        ...result.files,
      ]),
    );
  });
}
