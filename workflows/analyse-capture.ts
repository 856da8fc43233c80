import { workflowInfo } from '@temporalio/workflow';
import type { CaptureAnalysisResult } from '../activities/warehouse/features.js';
import { planning, warehouse } from './activity-options.js';
import { asRun, finishRun } from './as-run.js';
import { decodingOf, ingestCaptures } from './ingest-captures.js';
import { answerProgress, noIngestProgress, type IngestProgress, type Progress } from './progress.js';

export interface AnalysisProgress extends Progress<'planning' | 'ingesting' | 'building features' | 'done'> {
  captures: IngestProgress;
}

/**
 * Analyses one capture, or a folder of captures, without labels: video services, statistics of packets and segments per
 * window, sessions and features. Results are tables of the run, and Parquet and CSV files.
 */
export async function analyseCapture(input: { capture: string }): Promise<CaptureAnalysisResult> {
  const progress: AnalysisProgress = { stage: 'planning', captures: noIngestProgress() };
  const enter = answerProgress(progress);

  return await asRun((buildId) => analyse(buildId, input, progress, enter));
}

async function analyse(
  buildId: string,
  input: { capture: string },
  progress: AnalysisProgress,
  enter: (stage: AnalysisProgress['stage']) => void,
): Promise<CaptureAnalysisResult> {
  const { workflowId: runId } = workflowInfo();
  enter('planning');
  const {
    config,
    sources: files,
    serviceRules,
  } = await planning.planAnalysis.executeWithOptions({ summary: 'check the configuration' }, [
    { config: input },
  ]);

  enter('ingesting');
  const sources = await ingestCaptures(
    { runId, sources: files, decoding: decodingOf(config), parallel: config.parallelCaptures },
    progress.captures,
  );

  enter('building features');
  const result = await warehouse.analyseCapture.executeWithOptions(
    { summary: 'service windows, sessions, features' },
    [{ runId: buildId, config, sources, serviceRules }],
  );
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
