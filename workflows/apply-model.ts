import { workflowInfo } from '@temporalio/workflow';
import type { InferencePlan } from '../activities/planning/inference-plan.js';
import type { ScoreSummary } from '../learning/answers/evaluation-report.js';
import type { DataOrigin } from '../schemas/data-origin.js';
import type { EvaluateModelConfigInput, InferSessionConfigInput } from '../schemas/run-config.js';
import type { ServiceShare } from '../schemas/services.js';
import type { SessionAnswers } from '../schemas/session-answer.js';
import { computing, filing, planning, warehouse } from './activity-options.js';
import { asRun, finishRun } from './as-run.js';
import { decodingOf, givenOf, ingestCaptures, skippedOf, type SkippedCaptures } from './ingest-captures.js';
import { answerProgress, noIngestProgress, type IngestProgress, type Progress } from './progress.js';
import { readPlayerLogs } from './read-player-logs.js';
import { setAttributes, setRunMemo } from './run-attributes.js';

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

/** Predictions of a model for captures, and their scores. */
export interface AppliedModel extends SkippedCaptures {
  readonly modelId: string;
  readonly sessions: number;
  readonly windows: number;
  /** The sessions in short, and captures without one; absent in results of an earlier version. */
  readonly answers?: SessionAnswers;
  /** What the model learnt from, how right it is, what not to trust it for; absent in results of an earlier version. */
  readonly verdict?: readonly string[];
  readonly shares: readonly ServiceShare[];
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  readonly origins: readonly DataOrigin[];
  /** On labelled sessions that the model was not trained on. */
  readonly score: ScoreSummary;
}

/**
 * Applies a model to captures. Sessions and features are built as in the run that the model comes from. Results are
 * timelines as a table, files and charts and, if the captures have labels, an evaluation.
 *
 * @param input of the workflow
 * @param makePlan finds the model
 */
async function applyModel(input: unknown, makePlan: () => Promise<InferencePlan>): Promise<AppliedModel> {
  const progress: InferenceProgress = { stage: 'planning', captures: noIngestProgress(), warnings: [] };
  const enter = answerProgress(progress);
  return await asRun(input, (buildId) => runModel(buildId, makePlan, progress, enter));
}

async function runModel(
  buildId: string,
  makePlan: () => Promise<InferencePlan>,
  progress: InferenceProgress,
  enter: (stage: InferenceProgress['stage']) => void,
): Promise<AppliedModel> {
  const { workflowId: runId } = workflowInfo();
  enter('planning');
  const plan = await makePlan();
  const { model, modelId, training, seed, sessionsFile, origins } = plan;
  setAttributes({ source: plan.config.capture });
  const found = await planning.planAnalysis.executeWithOptions({ summary: 'find the captures' }, [
    { config: plan.config, sessionsFile },
  ]);
  const { config, sources: files, serviceRules, warnings: ofFolder = [] } = found;

  const playerLogs = await readPlayerLogs(found, plan.ladder, enter);

  enter('ingesting');
  const ingested = await ingestCaptures(
    {
      ...{ runId, sources: files, skipped: found.skipped, list: found.list, decoding: decodingOf(config) },
      ...{ parallel: config.parallelCaptures, strict: config.strict },
    },
    progress.captures,
  );

  enter('building features');
  const { shares, warnings: ofCaptures } = await warehouse.analyseCapture.executeWithOptions(
    { summary: 'build sessions, windows, features' },
    [{ runId: buildId, config, ...givenOf(ingested), serviceRules, origins }],
  );
  const { features, warnings: ofLabels } = await warehouse.buildInferenceSet.executeWithOptions(
    { summary: 'build the inputs of the model' },
    [{ runId: buildId, plan, playerLogs }],
  );
  setAttributes({ services: shares });
  const warnings = [...ingested.warnings, ...ofFolder, ...ofCaptures, ...ofLabels];
  progress.warnings.push(...warnings);

  enter('inferring');
  const { predictions, evaluation, summary } = await computing.scoreModel.executeWithOptions(
    { summary: modelId },
    [{ model, training, scoring: features, windowSeconds: config.windows.seconds, seed }],
  );

  enter('reporting');
  const published = await warehouse.publishTimelines.executeWithOptions({ summary: 'timelines' }, [
    { runId: buildId, plan, predictions, evaluation, warnings },
  ]);
  setAttributes({ bestScore: summary.macroF1, score: summary, family: plan.setting.family });
  setRunMemo({ verdict: published.verdict, warnings: warnings.length });
  const drawn = await filing.writeReport.executeWithOptions({ summary: 'charts and page' }, [
    { runId: buildId, data: published.report },
  ]);
  const { files: shown, warnings: ofStore = [] } = await finishRun({
    runId,
    buildId,
    files: [...drawn.files, ...published.files],
    modelId: null,
    isShown: false,
  });
  enter('done');
  return {
    modelId,
    sessions: published.sessions,
    windows: predictions.rows ?? 0,
    answers: published.answers,
    verdict: published.verdict,
    shares,
    files: shown,
    warnings: [...warnings, ...ofStore],
    ...skippedOf(ingested),
    origins,
    score: summary,
  };
}

/**
 * Evaluates a model on labelled captures that it was not trained on; by default the current model. Results are timelines
 * with the ground truth, scores of the model and of baselines, and scores by the time since the resolution changed: as
 * tables, files and a page. Sessions whose captures the model was trained on are not scored; a warning names them.
 */
export async function evaluateModel(input: EvaluateModelConfigInput): Promise<AppliedModel> {
  return await applyModel(input, () =>
    warehouse.planEvaluation.executeWithOptions({ summary: 'find the model' }, [{ config: input }]),
  );
}

/** Timelines that a model predicted for captures. */
export type InferSessionResult = Omit<AppliedModel, 'score' | 'origins'>;

/**
 * Predicts which resolution the viewers of captures saw in each window: timelines as a table, Parquet, CSV and charts. By
 * default with the current model.
 */
export async function inferSession(input: InferSessionConfigInput): Promise<InferSessionResult> {
  const applied = await applyModel(input, () =>
    warehouse.planInference.executeWithOptions({ summary: 'find the model' }, [{ config: input }]),
  );
  const { modelId, sessions, windows, answers, verdict, shares, files, warnings } = applied;
  return {
    ...{ modelId, sessions, windows, shares, files, warnings, ...skippedOf(applied) },
    ...(answers && { answers }),
    ...(verdict && { verdict }),
  };
}
