import { workflowInfo } from '@temporalio/workflow';
import type { ScoreSummary } from '../learning/answers/evaluation-report.js';
import type { InferencePlan } from '../activities/planning/inference-plan.js';
import type { DataOrigin } from '../schemas/data-origin.js';
import type { ServiceShare } from '../schemas/services.js';
import { computing, planning, warehouse } from './activity-options.js';
import { decodingOf, ingestCaptures } from './ingest-captures.js';
import { answerProgress, noIngestProgress, type IngestProgress, type Progress } from './progress.js';
import { readPlayerLogs } from './read-player-logs.js';
import type { EvaluateModelConfigInput, InferSessionConfigInput } from '../schemas/run-config.js';

interface InferenceProgress extends Progress<
  | 'planning'
  | 'reading the player logs'
  | 'ingesting'
  | 'building features'
  | 'inferring'
  | 'reporting'
  | 'done'
> {
  captures: IngestProgress;
  warnings: string[];
}

/** What a model said of captures, and how right it was. */
export interface ModelAnswer {
  readonly modelId: string;
  readonly sessions: number;
  readonly windows: number;
  readonly shares: readonly ServiceShare[];
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  readonly origins: readonly DataOrigin[];
  /** On sessions with labels that the model has not seen. */
  readonly score: ScoreSummary;
}

/**
 * Asks a model about captures: sessions and features as in the run that the model comes from, its probabilities,
 * timelines as table, files and charts; where there are labels, an evaluation.
 *
 * @param makePlan finds the model
 */
async function askModel(makePlan: () => Promise<InferencePlan>): Promise<ModelAnswer> {
  const { workflowId: runId } = workflowInfo();
  const progress: InferenceProgress = { stage: 'planning', captures: noIngestProgress(), warnings: [] };
  const enter = answerProgress(progress);

  enter('planning');
  const plan = await makePlan();
  const { model, modelId, training, seed, sessionsFile, origins } = plan;
  const found = await planning.planAnalysis.executeWithOptions({ summary: 'find the captures' }, [
    { config: plan.config, sessionsFile },
  ]);
  const { config, sources: files, serviceRules } = found;

  const playerLogs = await readPlayerLogs(found.playerLogs, plan.ladder, enter);

  enter('ingesting');
  const sources = await ingestCaptures(
    { runId, sources: files, decoding: decodingOf(config), parallel: config.parallelCaptures },
    progress.captures,
  );

  enter('building features');
  const { shares, warnings: ofCaptures } = await warehouse.analyseCapture.executeWithOptions(
    { summary: 'sessions, windows, features' },
    [{ runId, config, sources, serviceRules, origins }],
  );
  const { features, warnings: ofLabels } = await warehouse.buildInferenceSet.executeWithOptions(
    { summary: 'inputs of the model' },
    [{ runId, plan, playerLogs }],
  );
  const warnings = [...ofCaptures, ...ofLabels];
  progress.warnings.push(...warnings);

  enter('inferring');
  const { predictions, evaluation, summary } = await computing.scoreModel.executeWithOptions(
    { summary: modelId },
    [{ model, training, scoring: features, windowSeconds: config.windows.seconds, seed }],
  );

  enter('reporting');
  const published = await warehouse.publishTimelines.executeWithOptions({ summary: 'timelines' }, [
    { runId, plan, predictions, evaluation, warnings },
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
    warnings,
    origins,
    score: summary,
  };
}

/**
 * How right a model is on labelled captures that it was not trained on; without a model's id, the current one. Timelines
 * with the truth, scores with baselines beside them, windows after a switch of resolution apart: tables, files, page.
 * Sessions whose captures the model was trained on are left out of the scores, and named.
 */
export async function evaluateModel(input: EvaluateModelConfigInput): Promise<ModelAnswer> {
  return await askModel(() =>
    warehouse.planEvaluation.executeWithOptions({ summary: 'find the model' }, [{ config: input }]),
  );
}

/** Timelines that a model made of captures. */
export type InferSessionResult = Omit<ModelAnswer, 'score' | 'origins'>;
/**
 * What the viewers of captures saw, window by window, as a model says: timelines as table, Parquet, CSV and charts.
 * Without a model's id, the current one answers.
 */
export async function inferSession(input: InferSessionConfigInput): Promise<InferSessionResult> {
  const { modelId, sessions, windows, shares, files, warnings } = await askModel(() =>
    warehouse.planInference.executeWithOptions({ summary: 'find the model' }, [{ config: input }]),
  );
  return { modelId, sessions, windows, shares, files, warnings };
}
