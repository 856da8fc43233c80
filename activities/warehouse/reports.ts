import { writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { shareText } from '../../capture/services/share-text.js';
import { runIdOf } from '../../common/build-id.js';
import { countText } from '../../common/count-text.js';
import { fileName } from '../../common/file-name.js';
import { runSchema } from '../../common/run-schema.js';
import { settingText } from '../../common/setting-text.js';
import type { EvaluationReport } from '../../learning/answers/evaluation-report.js';
import { scoresByGroup } from '../../learning/evaluation/by-group.js';
import { leakageGapText } from '../../learning/evaluation/leakage-gap-text.js';
import type { LeakageGap } from '../../learning/evaluation/leakage-gap.js';
import { rankedOnText } from '../../learning/search/choice-text.js';
import type { ReportInput } from '../../report/report-input.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { originsOf } from '../../schemas/data-origin.js';
import type { RunConfig } from '../../schemas/run-config.js';
import type { SessionAnswers } from '../../schemas/session-answer.js';
import { serviceShares } from '../../warehouse/captures/service-shares.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { RUN_TABLES } from '../../warehouse/runs/publish.js';
import {
  captureSources,
  cleaningRows,
  datasetSources,
  groupedWindows,
  timelineRows,
  trialRows,
  type SessionTimeline,
  type SourceRow,
} from '../../warehouse/runs/report-rows.js';
import { verdictOf } from '../../warehouse/runs/verdicts.js';
import { makeArtifact, readOwnJson } from '../artifacts.js';
import type { FittedModelRef } from '../computing/models.js';
import type { ChosenTrial } from '../computing/trials.js';
import { homePaths, type ActivityDependencies, type HomePaths } from '../dependencies.js';
import { inRun } from './in-run.js';
import { windowText } from './window-text.js';

/** The activity that reads the data of a report from the tables; task queue of the warehouse. */
export function createWarehouseReportActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Collects the data of a run's report in a JSON artifact. */
    async collectReport(input: {
      runId: string;
      config: RunConfig;
      model: FittedModelRef;
      choice: ChosenTrial | null;
      evaluation: ArtifactRef;
      gap: LeakageGap | null;
      warnings: readonly string[];
    }): Promise<ArtifactRef> {
      const { runId, config, model, choice } = input;
      const evaluation = await readOwnJson<EvaluationReport>(input.evaluation.path);
      const origins = config.source.kind === 'captures' ? originsOf(config.source) : [];
      return await inRun(paths.warehouse, runId, async (warehouse) => {
        const shares = config.source.kind === 'captures' ? await serviceShares(warehouse) : [];
        const trials = await trialRows(warehouse, runId);
        const cleaning = await cleaningRows(warehouse);
        const files =
          config.source.kind === 'captures'
            ? await captureSources(warehouse, runId)
            : await datasetSources(warehouse, config.source.path);
        return await storeReport(warehouse, paths, {
          runId,
          evaluation,
          model: `${settingText(model.spec.setting)}, trained on ${countText(model.trainingRows, 'window')}`,
          choice: choice?.text ?? null,
          classesPx: model.classesPx,
          windowSeconds: config.windows.seconds,
          lengths: config.windows.lengths,
          sessions: config.timeline.sessions,
          origins,
          facts: [
            {
              name: 'source',
              value: config.source.kind === 'captures' ? config.source.directory : config.source.path,
            },
            ...(shares.length === 0 ? [] : [{ name: 'traffic', value: shares.map(shareText).join(', ') }]),
            {
              name: 'windows',
              value: windowText(config.windows, config.source),
            },
            {
              name: 'training',
              value: `${countText(model.trainingRows, 'window')} of ${countText(model.trainingSessions, 'session')}, ${countText(model.featureCount, 'feature')}`,
            },
            {
              name: 'leakage gap',
              value: input.gap === null ? 'not defined' : leakageGapText(input.gap),
            },
            {
              name: 'split',
              value: `by ${config.split.by}, seed ${config.seed}`,
            },
            ...(choice === null ? [] : [{ name: 'trials ranked on', value: rankedOnText(choice.rankedOn) }]),
          ],
          warnings: [...input.warnings, ...model.warnings],
          sources: files,
          seed: config.seed,
          reproduction: { configuration: config, command: 'vqi start --config run.json' },
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
            budgetShare: row.budgetShare,
            interval: row.interval,
            folds: row.macroF1ByFold.map((macroF1, fold) => ({ fold, macroF1 })),
            mean: row.mean,
            isBest: row.trial === model.spec.trial,
          })),
          files: [
            {
              path: paths.warehouse,
              content: `all tables of the run, in the schema "${runSchema(runIdOf(runId))}"`,
            },
            { path: join(paths.run(runId), 'model.json'), content: 'the model' },
            ...tableFiles(
              RUN_TABLES.flatMap((table) =>
                ['parquet', 'csv'].map((format) => join(paths.run(runId), `${table}.${format}`)),
              ),
            ),
          ],
        });
      });
    },
  };
}

/** The data of a report that differs between a run, an inference, an analysis and a cross-evaluation. */
interface ReportParts
  extends
    Pick<ReportInput, 'runId' | 'origins' | 'facts' | 'warnings' | 'files'>,
    Partial<Pick<ReportInput, 'verdict' | 'cleaning' | 'trials' | 'reproduction'>> {
  /** Null: no model was applied. */
  readonly evaluation: EvaluationReport | null;
  /** Model and training rows in one line. */
  readonly model: string;
  /** Why this model was chosen, in words; without it, nothing is said. */
  readonly choice?: string | null;
  /** Heights in pixels, ascending. */
  readonly classesPx: readonly number[];
  readonly windowSeconds: number;
  /** Lengths of packets that the throughput counts; absent: there is none. */
  readonly lengths?: RunConfig['windows']['lengths'];
  /**
   * Ids of the sessions with a chart of their timeline; empty: a middling held-out one, the best and the worst; null: none.
   */
  readonly sessions: readonly string[] | null;
  /** What the viewers of unlabelled sessions saw; without it, nothing is said. */
  readonly answers?: SessionAnswers;
  /** Instead of `sessions`, for a run without predictions. */
  readonly traffic?: readonly SessionTimeline[];
  readonly sources?: readonly SourceRow[];
  /** Seed of the intervals. */
  readonly seed?: number;
}

/** Most sessions with a chart, if none is named; the tables contain all sessions. */
export const MOST_CHARTS = 20;

/** More sources are counted, not listed. */
const MOST_SOURCES = 500;

/** Stores the input of a report as a JSON artifact; timelines come from the tables of the run. */
export async function storeReport(
  warehouse: Warehouse,
  paths: HomePaths,
  {
    evaluation,
    model,
    choice = null,
    classesPx,
    windowSeconds,
    lengths = 'wire',
    sessions,
    answers,
    traffic = [],
    sources = [],
    seed = 1,
    ...parts
  }: ReportParts,
): Promise<ArtifactRef> {
  const timelines = sessions === null ? traffic : await timelineRows(warehouse, sessions, windowSeconds);
  const evaluated = evaluation?.model ?? null;
  const report: ReportInput = {
    verdict: (await verdictOf(warehouse, parts.runId)) ?? [],
    cleaning: [],
    trials: [],
    reproduction: null,
    ...parts,
    runId: runIdOf(parts.runId),
    files: [
      { path: join(paths.run(parts.runId), 'report.html'), content: 'this page' },
      ...(timelines.length === 0
        ? []
        : [
            {
              path: join(paths.run(parts.runId), 'timeline-*.svg'),
              content: `the ${timelines.length === 1 ? 'timeline' : `${timelines.length} timelines`} of this page`,
            },
          ]),
      ...parts.files,
    ].map(({ path, content }) => ({ path: paths.finished(parts.runId, [path])[0]!, content })),
    sessions: answers ?? null,
    sources: { files: sources.slice(0, MOST_SOURCES), total: sources.length },
    importance: evaluation?.importance ?? null,
    groups: evaluated === null ? [] : await groupScores(warehouse, seed),
    finishedAt: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    model: evaluated && {
      description: model,
      choice,
      evaluation: evaluated,
      switches: evaluation?.switches ?? [],
    },
    baselines: evaluation?.baselines ?? [],
    timelines: timelines.map(({ sessionId, split, ...timeline }) => ({
      ...timeline,
      name: `timeline-${fileName(sessionId)}.svg`,
      title: split === 'training' ? `${sessionId} (seen in training)` : sessionId,
      classes: classesPx,
      lengths,
      origins: parts.origins,
    })),
  };
  const { artifact } = await makeArtifact(paths.artifacts, 'report', 'json', async (path) => {
    await writeFile(path, JSON.stringify(report));
    return { rows: null, result: null };
  });
  return artifact;
}

/** Scores by service, site and the like; only kinds that put the sessions into several groups, but not each into its own. */
async function groupScores(warehouse: Warehouse, seed: number): Promise<ReportInput['groups']> {
  const windows = await groupedWindows(warehouse);
  return [...new Set(windows.map(({ kind }) => kind))].flatMap((kind) => {
    const own = windows.filter((row) => row.kind === kind);
    const groups = new Set(own.map(({ group }) => group)).size;
    const sessions = new Set(own.map(({ session }) => session)).size;
    return groups < 2 || groups === sessions ? [] : [{ kind, scores: scoresByGroup(own, seed) }];
  });
}

/** Files of tables, as entries of the report's list of files: one for the formats of a table. */
export function tableFiles(paths: readonly string[]): ReportInput['files'] {
  const alsoCsv = (path: string): boolean => paths.includes(path.replace(/\.parquet$/, '.csv'));
  return paths
    .filter((path) => !paths.includes(path.replace(/\.csv$/, '.parquet')) || path.endsWith('.parquet'))
    .map((path) => ({
      path,
      content: `table ${basename(path, extname(path))}${path.endsWith('.parquet') && alsoCsv(path) ? ', also as .csv' : ''}`,
    }));
}
