import { workflowInfo } from '@temporalio/workflow';
import type { FlowFeaturesResult } from '../activities/warehouse/flow-features.js';
import { planning, warehouse } from './activity-options.js';
import { decodingOf, ingestCaptures } from './ingest-captures.js';
import type { AnalysisProgress } from './analyse-capture.js';
import { answerProgress, noIngestProgress } from './progress.js';

/**
 * The representations of a capture's flows that the netml library makes (IAT, SIZE, IAT_SIZE, STATS, SAMP_NUM,
 * SAMP_SIZE): a table of the run, Parquet and CSV files. A folder of captures has them of each.
 */
export async function flowFeatures(input: {
  capture: string;
  kinds?: readonly string[];
}): Promise<FlowFeaturesResult> {
  const { workflowId: runId } = workflowInfo();
  const progress: AnalysisProgress = { stage: 'planning', captures: noIngestProgress() };
  const enter = answerProgress(progress);

  enter('planning');
  const { config, sources: files } = await planning.planFlowFeatures.executeWithOptions(
    { summary: 'check the configuration' },
    [{ config: input }],
  );

  enter('ingesting');
  const sources = await ingestCaptures(
    { runId, sources: files, decoding: decodingOf(config), parallel: config.parallelCaptures },
    progress.captures,
  );

  enter('building features');
  const result = await warehouse.buildFlowFeatures.executeWithOptions({ summary: config.kinds.join(', ') }, [
    { runId, config, sources },
  ]);
  enter('done');
  return result;
}
