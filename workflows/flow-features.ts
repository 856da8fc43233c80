import { workflowInfo } from '@temporalio/workflow';
import type { FlowFeaturesResult } from '../activities/warehouse/flow-features.js';
import { planning, warehouse } from './activity-options.js';
import type { AnalysisProgress } from './analyse-capture.js';
import { asRun, finishRun } from './as-run.js';
import { decodingOf, ingestCaptures } from './ingest-captures.js';
import { answerProgress, noIngestProgress } from './progress.js';

/**
 * Computes the flow representations of the netml library (IAT, SIZE, IAT_SIZE, STATS, SAMP_NUM, SAMP_SIZE) for one
 * capture, or for each capture of a folder: a table of the run, Parquet and CSV files.
 */
export async function flowFeatures(input: {
  capture: string;
  kinds?: readonly string[];
}): Promise<FlowFeaturesResult> {
  const progress: AnalysisProgress = { stage: 'planning', captures: noIngestProgress() };
  const enter = answerProgress(progress);

  return await asRun((buildId) => computeFlowFeatures(buildId, input, progress, enter));
}

async function computeFlowFeatures(
  buildId: string,
  input: { capture: string },
  progress: AnalysisProgress,
  enter: (stage: AnalysisProgress['stage']) => void,
): Promise<FlowFeaturesResult> {
  const { workflowId: runId } = workflowInfo();
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
    { runId: buildId, config, sources },
  ]);
  const { files: shown } = await finishRun({
    runId,
    buildId,
    files: result.files,
    modelId: null,
    isShown: false,
  });
  enter('done');
  return { ...result, files: shown };
}
