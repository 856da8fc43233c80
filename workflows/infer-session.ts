import { setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { InferSessionConfigInput } from '../schemas/run-config.js';
import type { ServiceShare } from '../schemas/services.js';
import { computing, planning, warehouse } from './activity-options.js';
import { decodingOf, ingestCaptures } from './ingest-captures.js';
import { inferenceProgressQuery, noIngestProgress, type InferenceProgress } from './progress.js';

/** Timelines that a model made of captures. */
export interface InferSessionResult {
  readonly modelId: string;
  readonly sessions: number;
  readonly windows: number;
  readonly shares: readonly ServiceShare[];
  readonly files: readonly string[];
}

/**
 * What the viewers of captures saw, window by window: sessions and features as in the run that the model comes from, the
 * model's probabilities, timelines as table, Parquet, CSV and charts. Without a model's id, the current one answers.
 */
export async function inferSession(input: InferSessionConfigInput): Promise<InferSessionResult> {
  const { workflowId: runId } = workflowInfo();
  const progress: InferenceProgress = { stage: 'planning', captures: noIngestProgress() };
  const enter = (stage: InferenceProgress['stage']): void => {
    progress.stage = stage;
    setCurrentDetails(stage);
  };
  setHandler(inferenceProgressQuery, () => progress);

  enter('planning');
  const plan = await warehouse.planInference.executeWithOptions({ summary: 'find the model' }, [
    { config: input },
  ]);
  const found = await planning.planAnalysis.executeWithOptions({ summary: 'find the captures' }, [
    { config: plan.config },
  ]);
  const { config, sources: files, serviceRules } = found;

  enter('ingesting');
  const sources = await ingestCaptures(
    { runId, sources: files, decoding: decodingOf(config), parallel: config.parallelCaptures },
    progress.captures,
  );

  enter('building features');
  const { shares } = await warehouse.analyseCapture.executeWithOptions(
    { summary: 'sessions, windows, features' },
    [{ runId, config, sources, serviceRules }],
  );
  const { model, modelId } = plan;
  const features = await warehouse.buildInferenceSet.executeWithOptions({ summary: 'inputs of the model' }, [
    { runId, model },
  ]);

  enter('inferring');
  const predictions = await computing.inferSessions.executeWithOptions({ summary: modelId }, [
    { model, features, windowSeconds: config.windows.seconds },
  ]);

  enter('reporting');
  const published = await warehouse.publishTimelines.executeWithOptions({ summary: 'timelines' }, [
    { runId, plan, predictions },
  ]);
  const drawn = await computing.writeReport.executeWithOptions({ summary: 'charts and page' }, [
    { runId, data: published.report },
  ]);
  enter('done');
  return {
    modelId,
    sessions: published.sessions,
    windows: predictions.rows ?? 0,
    shares,
    files: [...drawn.files, ...published.files],
  };
}
