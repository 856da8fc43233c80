import { join } from 'node:path';
import type { ReportInput, ReportTimeline } from '../../report/report-input.js';
import type { LeakageGap } from '../../learning/evaluation/leakage-gap.js';
import { leakageGapText } from '../../learning/evaluation/leakage-gap-text.js';
import { describeSetting } from '../../learning/fitting/estimator-error.js';
import { shareText } from '../../capture/services/share-text.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { originsOf, type DataOrigin } from '../../schemas/data-origin.js';
import type { RunConfig } from '../../schemas/run-config.js';
import {
  cleaningRows,
  timelineRows,
  trialRows,
  type SessionTimeline,
} from '../../warehouse/runs/report-rows.js';
import { serviceShares } from '../../warehouse/captures/service-shares.js';
import { makeArtifact, readOwnJson } from '../artifacts.js';
import type { EvaluationReport } from '../../learning/answers/evaluation-report.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import type { FittedModelRef } from '../computing/models.js';
import { writeFile } from 'node:fs/promises';
import { inRun } from './in-run.js';

/** The activity that reads, for a report, what other activities left in the tables. */
export function createWarehouseReportActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Everything that the report of a run shows, as a JSON artifact. */
    async collectReport(input: {
      runId: string;
      config: RunConfig;
      model: FittedModelRef;
      evaluation: ArtifactRef;
      gap: LeakageGap | null;
      warnings: readonly string[];
    }): Promise<ArtifactRef> {
      const { runId, config, model } = input;
      const evaluation = await readOwnJson<EvaluationReport>(input.evaluation.path);
      const origins = config.source.kind === 'captures' ? originsOf(config.source) : [];
      const report = await inRun(paths.warehouse, runId, async (warehouse): Promise<ReportInput> => {
        const shares = config.source.kind === 'captures' ? await serviceShares(warehouse) : [];
        const trials = await trialRows(warehouse, runId);
        const cleaning = await cleaningRows(warehouse);
        const timelines = await timelineRows(warehouse, config.timeline.sessions);
        return {
          runId,
          finishedAt: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
          origins,
          facts: [
            {
              name: 'source',
              value: config.source.kind === 'captures' ? config.source.directory : config.source.path,
            },
            ...(shares.length === 0 ? [] : [{ name: 'traffic', value: shares.map(shareText).join(', ') }]),
            {
              name: 'windows',
              value: `${config.windows.seconds} s, from the ${config.windows.align}, ${config.windows.lengths} lengths`,
            },
            {
              name: 'training',
              value: `${model.trainingRows} windows of ${model.trainingSessions} sessions, ${model.featureCount} features`,
            },
            {
              name: 'leakage gap',
              value: input.gap === null ? 'not defined' : leakageGapText(input.gap),
            },
            {
              name: 'split',
              value: `by ${config.split.by}, seed ${config.seed}, ${config.search.folds} folds`,
            },
          ],
          warnings: [...input.warnings, ...model.warnings],
          cleaning: cleaning.map(({ scope, rule, reason, names, affected }) => ({
            step: rule,
            reason: scope === 'column' ? `${names}: ${reason}` : reason,
            removed: `${affected} ${scope}${affected === 1 ? '' : 's'}`,
          })),
          trials: trials.map((row) => ({
            trial: row.trial,
            setting: row.setting,
            state:
              row.state === 'completed' ? 'succeeded' : row.state === 'cancelled' ? 'cancelled' : 'failed',
            reason: row.reason,
            folds: row.macroF1ByFold.map((macroF1, fold) => ({ fold, macroF1 })),
            mean: row.mean,
            isBest: row.trial === model.spec.trial,
          })),
          model:
            evaluation.model === null
              ? null
              : {
                  description: `${describeSetting(model.spec.setting)}, trained on ${model.trainingRows} windows`,
                  evaluation: evaluation.model,
                  switches: evaluation.switches,
                },
          baselines: evaluation.baselines,
          timelines: timelines.map((timeline) =>
            reportTimeline(timeline, model.classesPx, config.windows.seconds, origins),
          ),
          files: [
            { path: paths.warehouse, content: `every table of the run, in the schema "run ${runId}"` },
            { path: join(paths.run(runId), 'model.json'), content: 'the model' },
            {
              path: join(paths.run(runId), 'resolution_timeline.parquet'),
              content: 'the timelines of all sessions; .csv beside it',
            },
          ],
        };
      });

      return await storeReport(paths.artifacts, report);
    },
  };
}

/** A timeline of the warehouse as charts take it. */
export function reportTimeline(
  { sessionId, split, rows }: SessionTimeline,
  classes: readonly number[],
  windowSeconds: number,
  origins: readonly DataOrigin[],
): ReportTimeline {
  return {
    title: split === 'training' ? `${sessionId} (seen in training)` : sessionId,
    classes,
    origins,
    rows: rows.map((row) => ({
      startUs: row.elapsedSeconds * 1e6,
      endUs: (row.elapsedSeconds + windowSeconds) * 1e6,
      predictedHeightPx: row.predictedPx,
      confidence: row.confidence,
      probabilities: row.probabilities,
      trueHeightPx: row.truePx,
      reason: row.unknownReason,
    })),
  };
}

/** Keeps what a report shows as a JSON artifact. */
export async function storeReport(artifacts: string, report: ReportInput): Promise<ArtifactRef> {
  const { artifact } = await makeArtifact(artifacts, 'report', 'json', async (path) => {
    await writeFile(path, JSON.stringify(report));
    return { rows: null, result: null };
  });
  return artifact;
}
