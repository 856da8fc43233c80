import { executeChild, workflowInfo } from '@temporalio/workflow';
import type { ScoreSummary } from '../learning/answers/evaluation-report.js';
import type { PartScore } from '../activities/warehouse/cross-evaluation.js';
import type { DataOrigin } from '../schemas/data-origin.js';
import type { CrossEvaluateConfigInput } from '../schemas/run-config.js';
import { computing, planning, warehouse } from './activity-options.js';
import { partWorkflowId } from './ids.js';
import { answerProgress, type Progress } from './progress.js';
import { videoQualityPipeline } from './video-quality-pipeline.js';

/** The runs of the parts have their own progress. */
export interface CrossEvaluationProgress extends Progress<
  'planning' | 'running the parts' | 'evaluating' | 'reporting' | 'done'
> {
  parts: { done: number; total: number; running: string | null };
  warnings: string[];
}

/** Result of a cross-evaluation. */
export interface CrossEvaluationResult {
  readonly runId: string;
  /** Over all sessions, each judged by a model that has not seen it. */
  readonly score: ScoreSummary;
  readonly parts: readonly PartScore[];
  /** Mean of the parts' macro-F1; null where a part has none. */
  readonly meanMacroF1: number | null;
  /** How the captures came about; empty for real ones and datasets. */
  readonly origins: readonly DataOrigin[];
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Nested cross-validation: how well the whole way to learn does on sessions that it has not seen, on all of them. Each part
 * of the sessions is held out from a run of its own (`<run>/part-1`, …), whose search, calibration and choice see the others
 * alone; what the runs' models say of their parts is evaluated as one. None of these models becomes the current one.
 */
export async function crossEvaluate(input: CrossEvaluateConfigInput): Promise<CrossEvaluationResult> {
  const { workflowId: runId } = workflowInfo();
  const progress: CrossEvaluationProgress = {
    stage: 'planning',
    parts: { done: 0, total: 0, running: null },
    warnings: [],
  };
  const enter = answerProgress(progress);

  enter('planning');
  const plan = await planning.planCrossEvaluation.executeWithOptions({ summary: 'check the configuration' }, [
    { config: input },
  ]);
  const { config, origins } = plan;
  progress.parts.total = plan.parts.length;

  const parts: PartScore[] = [];
  const said = new Set<string>();
  for (const [at, ofPart] of plan.parts.entries()) {
    const workflowId = partWorkflowId(runId, at + 1);
    progress.parts.running = workflowId;
    enter('running the parts', `part ${at + 1} of ${plan.parts.length}`);
    const { family, score, warnings } = await executeChild(videoQualityPipeline, {
      workflowId,
      args: [ofPart],
      staticSummary: `part ${at + 1} of ${plan.parts.length} held out`,
    });
    const { sessions, macroF1, accuracy } = score;
    parts.push({ runId: workflowId, family, sessions, macroF1, accuracy });
    progress.parts.done += 1;
    for (const warning of warnings) {
      // What is said of the captures, every part says.
      if (said.has(warning)) continue;
      said.add(warning);
      progress.warnings.push(`${workflowId}: ${warning}`);
    }
  }
  progress.parts.running = null;

  enter('evaluating');
  const { predictions, baselines } = await warehouse.poolParts.executeWithOptions(
    { summary: 'what the models said of the sessions that they had not seen' },
    [{ runId, config, parts: parts.map((part) => part.runId) }],
  );
  const { evaluation, summary } = await computing.evaluatePooled.executeWithOptions(
    { summary: 'all parts as one' },
    [{ predictions, baselines, seed: config.seed }],
  );

  enter('reporting');
  const { warnings } = progress;
  const published = await warehouse.publishCrossEvaluation.executeWithOptions(
    { summary: 'evaluation, timelines' },
    [{ runId, config, parts, predictions, evaluation, baselines: summary.baselines, warnings }],
  );
  const report = await computing.writeReport.executeWithOptions({ summary: 'charts and page' }, [
    { runId, data: published.report },
  ]);
  enter('done');
  const scores = parts.flatMap(({ macroF1 }) => macroF1 ?? []);
  return {
    runId,
    score: summary,
    parts,
    origins,
    meanMacroF1:
      scores.length < parts.length ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
    files: [...report.files, ...published.files],
    warnings,
  };
}
