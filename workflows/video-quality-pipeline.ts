import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { AuditResult } from '../activities/computing/audits.js';
import type { TrainingSetResult } from '../activities/warehouse/training-set.js';
import type { ArtifactRef } from '../schemas/artifact.js';
import type { DataOrigin } from '../schemas/data-origin.js';
import type { RunConfigInput } from '../schemas/run-config.js';
import type { ServiceShare } from '../schemas/services.js';
import { computing, filing, planning, warehouse } from './activity-options.js';
import { asRun } from './as-run.js';
import { decodingOf, givenOf, ingestCaptures, skippedOf, type SkippedCaptures } from './ingest-captures.js';
import {
  answerProgress,
  noIngestProgress,
  noSearchProgress,
  type IngestProgress,
  type Progress,
  type SearchProgress,
  type SearchStage,
} from './progress.js';
import { readPlayerLogs } from './read-player-logs.js';
import { setAttributes } from './run-attributes.js';
import { handleSearchMessages } from './search/search-messages.js';
import { searchDetails, searchModel, type SearchResult } from './search/search-model.js';
import { TrialSearch } from './search/trial-search.js';

export interface PipelineProgress extends Progress<
  | SearchStage
  | 'reading the player logs'
  | 'ingesting'
  | 'reading the dataset'
  | 'building features'
  | 'building the training set'
  | 'looking for leaks'
  | 'preparing the matrix'
> {
  captures: IngestProgress;
  trials: SearchProgress;
  warnings: string[];
}

/** Result of a run; the rows are in the warehouse and in files. */
export interface PipelineResult extends SearchResult, SkippedCaptures {
  readonly runId: string;
  readonly origins: readonly DataOrigin[];
  /** Scores of a small forest by a split of sessions and of rows at random; null if no session is held out. */
  readonly leakageGap: AuditResult['gap'];
  readonly trainingSet: Pick<
    TrainingSetResult,
    'classesPx' | 'trainingSessions' | 'heldOutSessions' | 'features' | 'droppedBy'
  >;
  /** Each service's share of the bytes of all captures; empty for a dataset. */
  readonly shares: readonly ServiceShare[];
}

/**
 * The whole run: captures or a dataset -> sessions and features -> cleaned training set -> trials -> best model ->
 * evaluation on held-out sessions -> resolution timeline and report.
 */
export async function videoQualityPipeline(input: RunConfigInput): Promise<PipelineResult> {
  const progress: PipelineProgress = {
    stage: 'planning',
    captures: noIngestProgress(),
    trials: noSearchProgress(),
    warnings: [],
  };
  const search = new TrialSearch((trials) => {
    progress.trials = trials;
    setCurrentDetails(searchDetails(trials));
  });
  const enter = answerProgress(progress);
  handleSearchMessages(search);
  return await asRun(input, (buildId) => runPipeline(buildId, input, progress, search, enter));
}

async function runPipeline(
  buildId: string,
  input: RunConfigInput,
  progress: PipelineProgress,
  search: TrialSearch,
  enter: (stage: PipelineProgress['stage']) => void,
): Promise<PipelineResult> {
  const { workflowId: runId } = workflowInfo();
  enter('planning');
  const plan = await planning.planRun.executeWithOptions(
    { summary: 'check the configuration and the sources' },
    [{ config: input }],
  );
  const { config, ladder, warnings: ofPlan = [] } = plan;
  progress.warnings.push(...ofPlan);
  const { source } = config;
  setAttributes({ source: source.kind === 'dataset' ? source.path : source.directory });

  const playerLogs = await readPlayerLogs(plan, ladder, enter);

  let shares: readonly ServiceShare[] = [];
  let skipped: SkippedCaptures = { skipped: [] };
  if (plan.serviceRules !== null) {
    enter('ingesting');
    const ingested = await ingestCaptures(
      {
        ...{ runId, sources: plan.sources, list: plan.list, decoding: decodingOf(config) },
        ...{ parallel: config.parallelCaptures, strict: config.strict },
      },
      progress.captures,
    );
    skipped = skippedOf(ingested);
    progress.warnings.push(...ingested.warnings);

    enter('building features');
    const features = await warehouse.buildFeatures.executeWithOptions(
      { summary: 'build sessions, windows, features' },
      [{ runId: buildId, config, ...givenOf(ingested), serviceRules: plan.serviceRules }],
    );
    shares = features.shares;
    setAttributes({ services: shares });
    progress.warnings.push(...features.warnings);
  }

  let dataset: ArtifactRef | null = null;
  if (config.source.kind === 'dataset') {
    enter('reading the dataset');
    const { path } = config.source;
    const read = await filing.readDataset.executeWithOptions({ summary: path }, [{ path }]);
    dataset = read.dataset;
    progress.warnings.push(...read.notes);
  }

  enter('building the training set');
  const trainingSet = await warehouse.buildTrainingSet.executeWithOptions(
    { summary: 'clean, split by session, export' },
    [{ runId: buildId, config, ladder, dataset, playerLogs }],
  );
  const { training, scoring, classesPx } = trainingSet;
  progress.warnings.push(...trainingSet.warnings);

  enter('looking for leaks');
  const { audit, gap, warnings } = await computing.auditTrainingSet.executeWithOptions(
    { summary: 'columns that reveal the label, leakage gap' },
    [
      {
        ...{ training, scoring, classesPx, strict: config.strict, seed: config.seed },
        isDataset: source.kind === 'dataset',
      },
    ],
  );
  progress.warnings.push(...warnings);

  enter('preparing the matrix');
  const matrix = await computing.prepareMatrix.executeWithOptions({ summary: 'bin the training rows' }, [
    { training, classesPx },
  ]);
  const prepared = { runId: buildId, config, trainingSet, matrix, audit, gap, warnings: progress.warnings };
  await warehouse.openSearch.executeWithOptions({ summary: `${plan.bracket.trials.length} trials` }, [
    prepared,
  ]);
  const result = await searchModel(search, prepared, plan.bracket, enter);

  enter('done');
  const { trainingSessions, heldOutSessions, features, droppedBy = [] } = trainingSet;
  return {
    ...result,
    runId,
    origins: plan.origins,
    leakageGap: gap,
    trainingSet: { classesPx, trainingSessions, heldOutSessions, features, droppedBy },
    shares,
    ...skipped,
  };
}
