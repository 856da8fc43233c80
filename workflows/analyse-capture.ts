import { workflowInfo } from '@temporalio/workflow';
import type { CaptureAnalysisResult } from '../activities/warehouse/features.js';
import { filing, planning, warehouse } from './activity-options.js';
import { asRun, finishRun } from './as-run.js';
import { decodingOf, givenOf, ingestCaptures, skippedOf, type WithSkipped } from './ingest-captures.js';
import { answerProgress, noIngestProgress, type IngestProgress, type Progress } from './progress.js';
import { setAttributes, setRunMemo } from './run-attributes.js';

export interface AnalysisProgress extends Progress<
  'planning' | 'ingesting' | 'building features' | 'reporting' | 'done'
> {
  captures: IngestProgress;
}

/**
 * Analyses one capture, or a folder of captures, without labels: video services, statistics of packets and segments per
 * window, sessions and features. Results are tables of the run, Parquet and CSV files, and a page.
 */
export async function analyseCapture(input: {
  capture: string;
}): Promise<WithSkipped<CaptureAnalysisResult>> {
  const { workflowId: runId } = workflowInfo();
  const progress: AnalysisProgress = { stage: 'planning', captures: noIngestProgress() };
  const enter = answerProgress(progress);

  return await asRun(input, async (buildId) => {
    enter('planning');
    const {
      config,
      sources: found,
      serviceRules,
      skipped: unread,
      list,
      warnings: ofFolder = [],
    } = await planning.planAnalysis.executeWithOptions({ summary: 'check the configuration' }, [
      { config: input },
    ]);

    setAttributes({ source: config.capture });
    enter('ingesting');
    const ingested = await ingestCaptures(
      {
        ...{ runId, sources: found, skipped: unread, list, decoding: decodingOf(config) },
        ...{ parallel: config.parallelCaptures, strict: config.strict },
      },
      progress.captures,
    );

    enter('building features');
    const { report, ...result } = await warehouse.analyseCapture.executeWithOptions(
      { summary: 'service windows, sessions, features' },
      [{ runId: buildId, config, ...givenOf(ingested), serviceRules, withReport: true }],
    );
    setAttributes({ services: result.shares });
    setRunMemo({ warnings: result.warnings.length });
    // Replay only: workers of earlier versions collected no report.
    let files = result.files;
    if (report !== undefined) {
      enter('reporting');
      const drawn = await filing.writeReport.executeWithOptions({ summary: 'charts and page' }, [
        { runId: buildId, data: report },
      ]);
      files = [...drawn.files, ...files];
    }
    const { files: shown, warnings: ofStore = [] } = await finishRun({
      runId,
      buildId,
      files,
      modelId: null,
      isShown: false,
    });
    enter('done');
    const warnings = [...ingested.warnings, ...ofFolder, ...result.warnings, ...ofStore];
    return { ...result, files: shown, ...skippedOf(ingested), warnings };
  });
}
