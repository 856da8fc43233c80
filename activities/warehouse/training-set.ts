import { DatasetError } from '../../common/dataset-error.js';
import { assignSessions } from '../../learning/search/assign-sessions.js';
import type { RankedOn } from '../../learning/search/choice-text.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import type { DroppedColumns } from '../../schemas/dropped-columns.js';
import type { RunConfig } from '../../schemas/run-config.js';
import { loadPlayerLogs, requireOverlap } from '../../warehouse/captures/player-logs.js';
import { type Warehouse } from '../../warehouse/core/warehouse.js';
import { loadDatasetFile } from '../../warehouse/datasets/dataset-file.js';
import { buildTrainingTables, type AssignSessions } from '../../warehouse/features/build-training-tables.js';
import { droppedColumns } from '../../warehouse/features/dropped-columns.js';
import { dwellTime } from '../../warehouse/features/dwell-time.js';
import { writeFeatureFile } from '../../warehouse/features/feature-file.js';
import { foldGroups } from '../../warehouse/features/fold-groups.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import { makeArtifact } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { unknownSessions } from '../planning/read-sources.js';
import { inRun } from './in-run.js';
import { trainingWarnings } from './training-warnings.js';

export interface TrainingSetResult {
  /** Rows that trials may see. */
  readonly training: ArtifactRef;
  /** All windows, also held-out and unlabelled ones. */
  readonly scoring: ArtifactRef;
  /** Resolutions that occur, ascending. */
  readonly classesPx: readonly number[];
  readonly trainingSessions: number;
  readonly heldOutSessions: number;
  readonly features: number;
  /** Folds of the search; fewer than `search.folds` if there are fewer groups. Searches of earlier versions have none. */
  readonly folds?: number;
  /** What the folds consist of, and why. Searches of earlier versions have none. */
  readonly rankedOn?: RankedOn;
  /** Mean time between two changes of resolution in the training sessions, at most 100 s. */
  readonly dwellSeconds: number;
  readonly droppedRows: number;
  readonly droppedColumns: number;
  /** The same by rule, with examples. Searches of earlier versions have none. */
  readonly droppedBy?: readonly DroppedColumns[];
  /** About columns with impossible values, doubtful labels, and sessions that are related or never change resolution. */
  readonly warnings: readonly string[];
}

/** The activity that makes the training set of a run; task queue of the warehouse. */
export function createWarehouseTrainingSetActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Cleans the dataset, splits it by session, and exports the rows for trials and models. */
    async buildTrainingSet(input: {
      runId: string;
      config: RunConfig;
      ladder: readonly number[];
      /** The dataset; null if the run is on captures. */
      dataset: ArtifactRef | null;
      /** Resolutions that the players showed; null if no session has a log. */
      playerLogs: ArtifactRef | null;
    }): Promise<TrainingSetResult> {
      const { runId, config, ladder, dataset, playerLogs } = input;
      return await inRun(paths.warehouse, runId, async (warehouse, report) => {
        const { notSpliced } = await warehouse.transaction(async () => {
          const { source } = config;
          if (source.kind === 'dataset' && dataset !== null) {
            await registerRun(warehouse, { runId, config, simulated: false }, []);
            await loadDatasetFile(warehouse, dataset.path, source, config.split.by);
          } else {
            await loadPlayerLogs(warehouse, playerLogs?.path ?? null);
            await requireOverlap(warehouse, runId);
          }
          return await buildTrainingTables(warehouse, runId, config, ladder, assignmentOf(config), report);
        });
        const [counts] = await warehouse.rows(`
            select
              (select list(distinct resolution_px order by resolution_px) from dataset_clean) as classes,
              (select count(*)::integer from splits where fold >= 0) as training_groups,
              (select count(*)::integer from splits where fold < 0) as held_out_groups,
              (select max(fold) + 1 from splits) as folds,
              (select count(*)::integer from cleaned_columns where dropped_by is null) as features,
              (select count(*)::integer from cleaned_columns where dropped_by is not null) as dropped_columns,
              (select count(*)::integer from cleaned_rows where dropped_by is not null) as dropped_rows
          `);
        const classesPx = Array.isArray(counts?.['classes']) ? counts['classes'].map(Number) : [];
        const trainingSessions = Number(counts?.['training_groups']);
        const features = Number(counts?.['features']);
        await requireSessions(warehouse, config.timeline.sessions);
        requireLearnable(classesPx, features);
        const sessions = config.source.kind === 'captures';
        const exportTo = async (table: string, spliced: string | null = null): Promise<ArtifactRef> =>
          (
            await makeArtifact(paths.artifacts, table, 'arrow', async (path) => ({
              rows: await writeFeatureFile(warehouse, table, path, { sessions, spliced }),
              result: null,
            }))
          ).artifact;
        return {
          training: await exportTo('training_set', sessions ? 'spliced_set' : null),
          scoring: await exportTo('scoring_set'),
          classesPx,
          trainingSessions,
          heldOutSessions: Number(counts?.['held_out_groups']),
          features,
          folds: Number(counts?.['folds']),
          rankedOn: await foldGroups(warehouse),
          dwellSeconds: await dwellTime(warehouse, config.windows.seconds),
          droppedRows: Number(counts?.['dropped_rows']),
          droppedColumns: Number(counts?.['dropped_columns']),
          droppedBy: await droppedColumns(warehouse),
          warnings: await trainingWarnings(warehouse, config, notSpliced),
        };
      });
    },
  };
}

/** Fails before the search if a session of `timeline.sessions` does not exist. */
async function requireSessions(warehouse: Warehouse, wanted: readonly string[]): Promise<void> {
  const known = (await warehouse.rows('select distinct session_id from scoring_set order by session_id')).map(
    (row) => String(row['session_id']),
  );
  const missing = wanted.filter((sessionId) => !known.includes(sessionId));
  if (missing.length > 0) {
    throw unknownSessions(missing, known);
  }
}

function requireLearnable(classesPx: readonly number[], features: number): void {
  const rungs = classesPx.join(', ') || 'none';
  if (classesPx.length < 2)
    throw new DatasetError(
      `nothing to learn: the labelled windows have fewer than two resolutions (${rungs})`,
    );
  if (features === 0)
    throw new DatasetError('cleaning left no column to learn from; see the table cleaning_log');
}

/** Divides sessions among the held-out part and the folds, as the configuration says. */
export function assignmentOf({ holdoutShare, split, search, seed }: RunConfig): AssignSessions {
  return (rows, values) =>
    assignSessions(rows, values, { ...split, holdoutShare, folds: search.folds, seed });
}
