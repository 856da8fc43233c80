import {
  ApplicationFailure,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ArtifactRef } from '../schemas/artifact.js';
import type { AuditResult } from '../activities/audits.js';
import type { ScoreSummary } from '../activities/compute.js';
import type { FittedModelRef } from '../activities/models.js';
import type { TrainingSetResult } from '../activities/warehouse-runs.js';
import type { RunConfigInput } from '../schemas/run-config.js';
import type { ServiceShare } from '../schemas/services.js';
import { computing, planning, warehouse } from './activity-options.js';
import { decodingOf, ingestCaptures } from './ingest-captures.js';
import {
  noIngestProgress,
  progressQuery,
  retryTrialsUpdate,
  trialsQuery,
  type PipelineProgress,
  type PipelineStage,
} from './progress.js';
import { failureReason } from './failure-reason.js';
import { TrialSearch, type ScoredTrial } from './trial-search.js';

/** What a run ends with; rows stay in the warehouse and in files. */
export interface PipelineResult {
  readonly runId: string;
  readonly modelId: string;
  readonly bestTrial: number;
  readonly family: string;
  readonly crossValidatedMacroF1: number;
  readonly score: ScoreSummary;
  /** What a split of rows at random would make believe; null where nothing is held out. */
  readonly leakageGap: AuditResult['gap'];
  readonly trainingSet: Pick<
    TrainingSetResult,
    'classesPx' | 'trainingSessions' | 'heldOutSessions' | 'features'
  >;
  /** How the bytes of all captures divide among services; empty for a dataset. */
  readonly shares: readonly ServiceShare[];
  readonly trials: { readonly completed: number; readonly failed: number };
  readonly warnings: readonly string[];
  readonly files: readonly string[];
}

/**
 * The whole run: captures or a dataset -> sessions and features -> cleaned training set -> trials -> best model ->
 * evaluation on sessions that no trial saw -> resolution timeline and report.
 */
export async function videoQualityPipeline(input: RunConfigInput): Promise<PipelineResult> {
  const { workflowId: runId } = workflowInfo();
  const search = new TrialSearch();
  const progress: PipelineProgress = {
    stage: 'planning',
    captures: noIngestProgress(),
    trials: { done: 0, running: 0, failed: 0, total: 0, bestMacroF1: null },
    warnings: [],
  };
  const enter = (stage: PipelineStage): void => {
    progress.stage = stage;
    setCurrentDetails(stage);
  };
  setHandler(progressQuery, () => progress);
  setHandler(trialsQuery, () => search.statuses);
  setHandler(
    retryTrialsUpdate,
    ({ trials }) => {
      search.retry(trials);
      return { queued: trials };
    },
    {
      validator: (request: { trials?: unknown } | undefined) => {
        const trials = request?.trials;
        const refusal = isNumberList(trials)
          ? search.refuseRetry(trials)
          : 'the input must be {"trials": [3]}';
        if (refusal !== null) throw ApplicationFailure.nonRetryable(refusal, 'RetryRefused');
      },
    },
  );

  enter('planning');
  const plan = await planning.planRun.executeWithOptions(
    { summary: 'check the configuration and the sources' },
    [{ config: input }],
  );
  const { config, ladder } = plan;

  let playerLogs: ArtifactRef | null = null;
  if (plan.playerLogs.length > 0) {
    enter('reading the player logs');
    playerLogs = await computing.readPlayerLogs.executeWithOptions(
      { summary: `${plan.playerLogs.length} player logs` },
      [{ logs: plan.playerLogs, ladder }],
    );
  }

  let shares: readonly ServiceShare[] = [];
  if (plan.serviceRules !== null) {
    enter('ingesting');
    const sources = await ingestCaptures(
      { runId, sources: plan.sources, decoding: decodingOf(config), parallel: config.parallelCaptures },
      progress.captures,
    );

    enter('building features');
    const features = await warehouse.buildFeatures.executeWithOptions(
      { summary: 'sessions, windows, features' },
      [{ runId, config, sources, serviceRules: plan.serviceRules }],
    );
    shares = features.shares;
    progress.warnings.push(...features.warnings);
  }

  let dataset: ArtifactRef | null = null;
  if (config.source.kind === 'dataset') {
    enter('reading the dataset');
    const { path } = config.source;
    const read = await computing.readDataset.executeWithOptions({ summary: path }, [{ path }]);
    dataset = read.dataset;
    progress.warnings.push(...read.notes);
  }

  enter('building the training set');
  const trainingSet = await warehouse.buildTrainingSet.executeWithOptions(
    { summary: 'clean, split by session, export' },
    [{ runId, config, ladder, dataset, playerLogs }],
  );
  const { training, scoring, classesPx } = trainingSet;
  progress.warnings.push(...trainingSet.warnings);

  enter('looking for leaks');
  const { audit, gap, warnings } = await computing.auditTrainingSet.executeWithOptions(
    { summary: 'columns that tell the label alone, leakage gap' },
    [{ training, scoring, classesPx, strict: config.strict, seed: config.seed }],
  );
  progress.warnings.push(...warnings);

  enter('searching');
  const ranked = await search.run(
    plan.trials,
    config.search,
    { training, classesPx, folds: config.search.folds, seed: config.seed },
    () => {
      const count = (state: string): number =>
        search.statuses.filter((status) => status.state === state).length;
      const scores = search.statuses.flatMap(({ macroF1 }) => (macroF1 === null ? [] : [macroF1]));
      progress.trials = {
        done: count('completed'),
        running: count('running'),
        failed: count('failed'),
        total: search.statuses.length,
        bestMacroF1: scores.length === 0 ? null : Math.max(...scores),
      };
      setCurrentDetails(
        `searching: ${progress.trials.done} of ${progress.trials.total} trials done, ${progress.trials.failed} failed`,
      );
    },
  );

  enter('fitting the best model');
  const { best, model } = await fitFirstThatFits(ranked, progress.warnings, ({ spec }) =>
    computing.fitBestModel.executeWithOptions({ summary: `trial ${spec.trial}, ${spec.setting.family}` }, [
      { runId, spec, training, classesPx, seed: config.seed },
    ]),
  );

  enter('evaluating');
  const scored = await computing.scoreModel.executeWithOptions({ summary: 'held-out sessions' }, [
    { model, training, scoring, windowSeconds: config.windows.seconds, seed: config.seed },
  ]);
  const published = await warehouse.publishRun.executeWithOptions(
    { summary: 'predictions, evaluation, timeline' },
    [{ runId, model, predictions: scored.predictions, evaluation: scored.evaluation, audit }],
  );

  enter('reporting');
  const reportData = await warehouse.collectReport.executeWithOptions(
    { summary: 'read what the report shows' },
    [{ runId, config, model, evaluation: scored.evaluation, gap, warnings: progress.warnings }],
  );
  const report = await computing.writeReport.executeWithOptions({ summary: 'charts and page' }, [
    { runId, data: reportData },
  ]);

  enter('done');
  return {
    runId,
    modelId: model.modelId,
    bestTrial: best.spec.trial,
    family: best.spec.setting.family,
    crossValidatedMacroF1: best.score.macroF1,
    score: scored.summary,
    leakageGap: gap,
    trainingSet: {
      classesPx,
      trainingSessions: trainingSet.trainingSessions,
      heldOutSessions: trainingSet.heldOutSessions,
      features: trainingSet.features,
    },
    shares,
    trials: { completed: progress.trials.done, failed: progress.trials.failed },
    warnings: [...progress.warnings, ...best.score.warnings],
    files: [...report.files, ...published.files],
  };
}

function isNumberList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

/** A setting that was scored on the folds may still fail on all training rows: then the next best is taken, and said. */
async function fitFirstThatFits(
  ranked: readonly ScoredTrial[],
  warnings: string[],
  fit: (trial: ScoredTrial) => Promise<FittedModelRef>,
): Promise<{ best: ScoredTrial; model: FittedModelRef }> {
  for (const best of ranked) {
    try {
      return { best, model: await fit(best) };
    } catch (error) {
      if (isCancellation(error)) throw error;
      warnings.push(
        `trial ${best.spec.trial} could not be fitted on all training sessions: ${failureReason(error)}`,
      );
    }
  }
  throw ApplicationFailure.nonRetryable(`no trial could be fitted: ${warnings.join('; ')}`, 'SearchFailed');
}
