import { executeChild, workflowInfo } from '@temporalio/workflow';
import type { PartScore } from '../activities/warehouse/cross-evaluation.js';
import type { ScoreSummary } from '../learning/answers/evaluation-report.js';
import type { DataOrigin } from '../schemas/data-origin.js';
import type { DroppedColumns } from '../schemas/dropped-columns.js';
import type { CrossEvaluateConfigInput } from '../schemas/run-config.js';
import { computing, filing, planning, warehouse } from './activity-options.js';
import { asRun, finishRun } from './as-run.js';
import { boundMemo } from './bind-to-warehouse.js';
import { partWorkflowId } from './ids.js';
import { skippedOf, type SkippedCaptures } from './ingest-captures.js';
import { answerProgress, type Progress } from './progress.js';
import { setAttributes, setRunMemo } from './run-attributes.js';
import { videoQualityPipeline } from './video-quality-pipeline.js';

/** Each part's run has its own progress. */
export interface CrossEvaluationProgress extends Progress<
  'planning' | 'running the parts' | 'evaluating' | 'reporting' | 'done'
> {
  parts: { done: number; total: number; running: string | null };
  warnings: string[];
}

/** Result of a cross-evaluation. */
export interface CrossEvaluationResult extends SkippedCaptures {
  readonly runId: string;
  /** Over all sessions, each predicted by a model that was not trained on it. */
  readonly score: ScoreSummary;
  readonly parts: readonly PartScore[];
  /** Mean of the parts' macro-F1; null if a part has none. */
  readonly meanMacroF1: number | null;
  /** Whether the captures were simulated or spliced; empty for real captures and datasets. */
  readonly origins: readonly DataOrigin[];
  /** Columns of a dataset that became no inputs, by part, counted from 1; absent in results of an earlier version, as `verdict`. */
  readonly dropped?: readonly { readonly part: number; readonly columns: readonly DroppedColumns[] }[];
  /** What was learnt from, how right it is on unseen sessions, what not to trust it for. */
  readonly verdict?: readonly string[];
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Nested cross-validation: evaluates the whole procedure (search, calibration, choice of a model) on all sessions. Each part
 * of the sessions is held out from its own run (`<run>/part-1`, …), which uses only the other parts. The predictions for all
 * held-out parts are pooled and evaluated together. None of these models becomes the current one.
 */
export async function crossEvaluate(input: CrossEvaluateConfigInput): Promise<CrossEvaluationResult> {
  const progress: CrossEvaluationProgress = {
    stage: 'planning',
    parts: { done: 0, total: 0, running: null },
    warnings: [],
  };
  const enter = answerProgress(progress);
  return await asRun(input, (buildId) => evaluateParts(buildId, input, progress, enter));
}

async function evaluateParts(
  buildId: string,
  input: CrossEvaluateConfigInput,
  progress: CrossEvaluationProgress,
  enter: (stage: CrossEvaluationProgress['stage'], details?: string) => void,
): Promise<CrossEvaluationResult> {
  const { workflowId: runId } = workflowInfo();
  enter('planning');
  const plan = await planning.planCrossEvaluation.executeWithOptions({ summary: 'check the configuration' }, [
    { config: input },
  ]);
  const { config, origins } = plan;
  progress.parts.total = plan.parts.length;
  const { source } = config;
  setAttributes({ source: source.kind === 'dataset' ? source.path : source.directory });

  const parts: PartScore[] = [];
  let skipped: SkippedCaptures = { skipped: [] };
  const dropped: { part: number; columns: readonly DroppedColumns[] }[] = [];
  const reported = new Set<string>();
  for (const [at, ofPart] of plan.parts.entries()) {
    const workflowId = partWorkflowId(buildId, at + 1);
    const shownId = partWorkflowId(runId, at + 1);
    progress.parts.running = workflowId;
    enter('running the parts', `part ${at + 1} of ${plan.parts.length}`);
    const { family, score, warnings, trainingSet, ...read } = await executeChild(videoQualityPipeline, {
      workflowId,
      args: [ofPart],
      // A part of an earlier, unfinished run with this id.
      memo: { ...boundMemo(), replace: true },
      staticSummary: `part ${at + 1} of ${plan.parts.length} held out`,
    });
    const { sessions, macroF1, accuracy } = score;
    // All parts read the same captures.
    skipped = skippedOf(read);
    dropped.push({ part: at + 1, columns: trainingSet.droppedBy ?? [] });
    parts.push({ runId: shownId, family, sessions, macroF1, accuracy });
    progress.parts.done += 1;
    for (const warning of warnings) {
      // Warnings about the captures are the same in every part.
      if (reported.has(warning)) continue;
      reported.add(warning);
      progress.warnings.push(`${shownId}: ${warning}`);
    }
  }
  progress.parts.running = null;

  enter('evaluating');
  const { predictions } = await warehouse.poolParts.executeWithOptions(
    { summary: 'collect the predictions for the held-out sessions' },
    [{ runId: buildId, config, parts: plan.parts.map((_, at) => partWorkflowId(buildId, at + 1)) }],
  );
  const { evaluation, summary } = await computing.evaluatePooled.executeWithOptions(
    { summary: 'evaluate all parts together' },
    [{ predictions, seed: config.seed }],
  );

  setAttributes({ bestScore: summary.macroF1, score: summary });
  setRunMemo({ warnings: progress.warnings.length });
  enter('reporting');
  const { warnings } = progress;
  const published = await warehouse.publishCrossEvaluation.executeWithOptions(
    { summary: 'evaluation, timelines' },
    [{ runId: buildId, config, parts, predictions, evaluation, baselines: summary.baselines, warnings }],
  );
  const report = await filing.writeReport.executeWithOptions({ summary: 'charts and page' }, [
    { runId: buildId, data: published.report },
  ]);
  const { files: shown, warnings: ofStore = [] } = await finishRun({
    runId,
    buildId,
    files: [...report.files, ...published.files],
    modelId: null,
    isShown: true,
  });
  enter('done');
  const scores = parts.flatMap(({ macroF1 }) => macroF1 ?? []);
  return {
    runId,
    score: summary,
    parts,
    origins,
    meanMacroF1:
      scores.length < parts.length ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
    dropped,
    verdict: published.verdict,
    files: shown,
    warnings: [...warnings, ...ofStore],
    ...skipped,
  };
}
