import { workflowInfo } from '@temporalio/workflow';
import type { FlowFeaturesResult } from '../activities/warehouse/flow-features.js';
import { planning, warehouse } from './activity-options.js';
import type { AnalysisProgress } from './analyse-capture.js';
import { asRun, finishRun } from './as-run.js';
import { decodingOf, givenOf, ingestCaptures, skippedOf, type WithSkipped } from './ingest-captures.js';
import { answerProgress, noIngestProgress } from './progress.js';
import { setAttributes } from './run-attributes.js';

/**
 * Computes the flow representations of the netml library (IAT, SIZE, IAT_SIZE, STATS, SAMP_NUM, SAMP_SIZE) for one
 * capture, or for each capture of a folder: a table of the run, Parquet and CSV files.
 */
export async function flowFeatures(input: {
  capture: string;
  kinds?: readonly string[];
}): Promise<WithSkipped<FlowFeaturesResult>> {
  const { workflowId: runId } = workflowInfo();
  const progress: AnalysisProgress = { stage: 'planning', captures: noIngestProgress() };
  const enter = answerProgress(progress);

  return await asRun(input, async (buildId) => {
    enter('planning');
    const {
      config,
      sources: files,
      skipped: unread,
      list,
      warnings: ofFolder = [],
    } = await planning.planFlowFeatures.executeWithOptions({ summary: 'check the configuration' }, [
      { config: input },
    ]);

    setAttributes({ source: config.capture });
    enter('ingesting');
    const ingested = await ingestCaptures(
      {
        ...{ runId, sources: files, skipped: unread, list, decoding: decodingOf(config) },
        ...{ parallel: config.parallelCaptures, strict: config.strict },
      },
      progress.captures,
    );

    enter('building features');
    const result = await warehouse.buildFlowFeatures.executeWithOptions(
      { summary: config.kinds.join(', ') },
      [{ runId: buildId, config, ...givenOf(ingested) }],
    );
    const { files: shown, warnings: ofStore = [] } = await finishRun({
      runId,
      buildId,
      files: result.files,
      modelId: null,
      isShown: false,
    });
    enter('done');
    const warnings = [...ingested.warnings, ...ofFolder, ...result.warnings, ...ofStore];
    return { ...result, files: shown, ...skippedOf(ingested), warnings };
  });
}
