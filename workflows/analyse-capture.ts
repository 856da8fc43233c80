import { workflowInfo } from '@temporalio/workflow';
import type { CaptureAnalysisResult } from '../activities/warehouse/features.js';
import { computing, planning, warehouse } from './activity-options.js';
import { decodingOf, ingestCaptures } from './ingest-captures.js';
import { answerProgress, noIngestProgress, type IngestProgress, type Progress } from './progress.js';

export interface AnalysisProgress extends Progress<
  'planning' | 'ingesting' | 'building features' | 'reporting' | 'done'
> {
  captures: IngestProgress;
}

/**
 * Analyses one capture, or a folder of captures, without labels: video services, statistics of packets and segments per
 * window, sessions and features. Results are tables of the run, Parquet and CSV files, and a page.
 */
export async function analyseCapture(input: { capture: string }): Promise<CaptureAnalysisResult> {
  const { workflowId: runId } = workflowInfo();
  const progress: AnalysisProgress = { stage: 'planning', captures: noIngestProgress() };
  const enter = answerProgress(progress);

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
    [{ runId, config, sources, serviceRules, withReport: true }],
  );
  const { report, ...analysis } = result;
  // A worker of an earlier version collects no report.
  if (report === undefined) {
    enter('done');
    return analysis;
  }
  enter('reporting');
  const drawn = await computing.writeReport.executeWithOptions({ summary: 'charts and page' }, [
    { runId, data: report },
  ]);
  enter('done');
  return { ...analysis, files: [...drawn.files, ...analysis.files] };
}
