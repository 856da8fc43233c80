import { mkdir } from 'node:fs/promises';
import type { ArtifactRef } from '../../schemas/artifact.js';
import type { DataOrigin } from '../../schemas/data-origin.js';
import type { AnalyseCaptureConfig, RunConfig } from '../../schemas/run-config.js';
import { learnsFromWholeSession } from '../../schemas/features/learns-from-whole-session.js';
import type { ServiceRule, ServiceShare } from '../../schemas/services.js';
import { buildFeatures } from '../../warehouse/features/build-features.js';
import { registerRun, type RunSource } from '../../warehouse/runs/register-run.js';
import { buildTrainingTables, type AssignSessions } from '../../warehouse/features/build-training-tables.js';
import { type Warehouse } from '../../warehouse/core/warehouse.js';
import { DatasetError } from '../../common/dataset-error.js';
import { loadDatasetFile } from '../../warehouse/datasets/dataset-file.js';
import { exportTables } from '../../warehouse/export/export-tables.js';
import { writeFeatureFile } from '../../warehouse/features/feature-file.js';
import { labelWarnings } from '../../warehouse/features/label-warnings.js';
import { loadPlayerLogs, requireOverlap } from '../../warehouse/captures/player-logs.js';
import { impossibleWarnings } from '../../warehouse/features/impossible-values.js';
import { makeArtifact, readOwnJson } from '../artifacts.js';
import { completeRun } from '../../warehouse/runs/publish.js';
import { cutWarnings } from '../../warehouse/captures/cut-warnings.js';
import { dwellTime } from '../../warehouse/features/dwell-time.js';
import { loadSplicedPieces, sharedPieces } from '../../warehouse/captures/spliced-pieces.js';
import { serviceShares, serviceWarnings } from '../../warehouse/captures/service-shares.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { ConfigError } from '../failures.js';
import { inRun } from './in-run.js';
import { splicedContent } from '../planning/spliced-content.js';
import { assignSessions } from '../../learning/search/assign-sessions.js';

export interface BuildFeaturesResult {
  readonly sessions: number;
  readonly windows: number;
  readonly segments: number;
  /** Shares of the TCP and UDP bytes, largest first. */
  readonly shares: readonly ServiceShare[];
  readonly warnings: readonly string[];
}

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
  /** Mean time between two changes of resolution in the training sessions, at most 100 s. */
  readonly dwellSeconds: number;
  readonly droppedRows: number;
  readonly droppedColumns: number;
  /** About columns with impossible values, doubtful labels, and sessions that are related or never change resolution. */
  readonly warnings: readonly string[];
}

/** Result of the workflow `analyseCapture`. */
export interface CaptureAnalysisResult {
  readonly serviceWindows: number;
  readonly sessions: number;
  readonly segments: number;
  /** Shares of the TCP and UDP bytes, largest first. */
  readonly shares: readonly ServiceShare[];
  /** Captures that end early. */
  readonly warnings: readonly string[];
  readonly files: readonly string[];
}

/** Activities that build a run's tables; task queue of the warehouse. */
export function createWarehouseRunActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Records the run and its captures, and builds sessions, windows and features. */
    async buildFeatures(input: {
      runId: string;
      config: RunConfig;
      sources: readonly RunSource[];
      serviceRules: ArtifactRef;
    }): Promise<BuildFeaturesResult> {
      const { runId, config, sources } = input;
      const rules = await readOwnJson<ServiceRule[]>(input.serviceRules.path);
      const { source } = config;
      const simulated = source.kind === 'captures' && source.simulated;
      const spliced = source.kind === 'captures' ? await splicedContent(source.directory) : [];
      return await inRun(paths.warehouse, runId, async (warehouse, report) => {
        const rows = await warehouse.transaction(async () => {
          await registerRun(warehouse, { runId, config, simulated }, sources);
          await loadSplicedPieces(warehouse, spliced);
          return await buildFeatures(warehouse, runId, config, rules, report);
        });
        return {
          sessions: rows['sessions'] ?? 0,
          windows: rows['session_windows'] ?? 0,
          segments: rows['session_segments'] ?? 0,
          shares: await serviceShares(warehouse),
          warnings: [...(await cutWarnings(warehouse, runId)), ...(await serviceWarnings(warehouse))],
        };
      });
    },

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
        await warehouse.transaction(async () => {
          const { source } = config;
          if (source.kind === 'dataset' && dataset !== null) {
            await registerRun(warehouse, { runId, config, simulated: false }, []);
            await loadDatasetFile(warehouse, dataset.path, source, config.split.by);
          } else {
            await loadPlayerLogs(warehouse, playerLogs?.path ?? null);
            await requireOverlap(warehouse, runId);
          }
          await buildTrainingTables(warehouse, runId, config, ladder, assignmentOf(config), report);
        });
        const [counts] = await warehouse.rows(`
            select
              (select list(distinct resolution_px order by resolution_px) from dataset_clean) as classes,
              (select count(*)::integer from splits where fold >= 0) as training_groups,
              (select count(*)::integer from splits where fold < 0) as held_out_groups,
              (select count(*)::integer from cleaned_columns where dropped_by is null) as features,
              (select count(*)::integer from cleaned_columns where dropped_by is not null) as dropped_columns,
              (select count(*)::integer from cleaned_rows where dropped_by is not null) as dropped_rows
          `);
        const classesPx = Array.isArray(counts?.['classes']) ? counts['classes'].map(Number) : [];
        const trainingSessions = Number(counts?.['training_groups']);
        const features = Number(counts?.['features']);
        await requireSessions(warehouse, config.timeline.sessions);
        requireLearnable(classesPx, features);
        const exportTo = async (table: string): Promise<ArtifactRef> =>
          (
            await makeArtifact(paths.artifacts, table, 'arrow', async (path) => ({
              rows: await writeFeatureFile(warehouse, table, path),
              result: null,
            }))
          ).artifact;
        return {
          training: await exportTo('training_set'),
          scoring: await exportTo('scoring_set'),
          classesPx,
          trainingSessions,
          heldOutSessions: Number(counts?.['held_out_groups']),
          features,
          dwellSeconds: await dwellTime(warehouse, config.windows.seconds),
          droppedRows: Number(counts?.['dropped_rows']),
          droppedColumns: Number(counts?.['dropped_columns']),
          warnings: [
            ...(await impossibleWarnings(warehouse)),
            ...(config.source.kind === 'captures'
              ? [...(await labelWarnings(warehouse)), ...(await spliceWarnings(warehouse))]
              : []),
            ...(config.source.kind === 'captures' && learnsFromWholeSession(config.features)
              ? await constancyWarnings(warehouse)
              : []),
          ],
        };
      });
    },

    /** Service windows, sessions and segments of captures without a training set, as tables and files. */
    async analyseCapture(input: {
      runId: string;
      config: AnalyseCaptureConfig;
      sources: readonly RunSource[];
      serviceRules: ArtifactRef;
      origins?: readonly DataOrigin[];
    }): Promise<CaptureAnalysisResult> {
      const { runId, config, sources } = input;
      const rules = await readOwnJson<ServiceRule[]>(input.serviceRules.path);
      const folder = paths.run(runId);
      await mkdir(folder, { recursive: true });
      return await inRun(paths.warehouse, runId, async (warehouse, report) => {
        const rows = await warehouse.transaction(async () => {
          await registerRun(
            warehouse,
            { runId, config, simulated: input.origins?.includes('simulated') ?? false },
            sources,
          );
          const built = await buildFeatures(warehouse, runId, config, rules, report, ['25_service_windows']);
          await completeRun(warehouse, runId);
          return built;
        });
        const files = await exportTables(
          warehouse,
          ['service_bytes', 'service_windows', 'sessions', 'session_segments', 'feat_windows'],
          folder,
        );
        return {
          serviceWindows: rows['service_windows'] ?? 0,
          sessions: rows['sessions'] ?? 0,
          segments: rows['session_segments'] ?? 0,
          shares: await serviceShares(warehouse),
          warnings: await cutWarnings(warehouse, runId),
          files,
        };
      });
    },
  };
}

/** Splits separate sessions, but not the captures that spliced sessions consist of: those are shared by most sessions. */
async function spliceWarnings(warehouse: Warehouse): Promise<string[]> {
  const { heldOut, shared } = await sharedPieces(warehouse);
  if (shared === 0) return [];
  return [
    `${shared} of ${heldOut} held-out sessions contain pieces of captures that training sessions contain too: their scores are too high. Splice captures that are not used for training into another folder (vqi splice --only), and evaluate on that folder (vqi evaluate)`,
  ];
}

/** Warns if no training session changes its resolution: the model cannot learn what follows a switch. */
async function constancyWarnings(warehouse: Warehouse): Promise<string[]> {
  const switches = await warehouse.rows(`
    from window_labels
    where since_switch_seconds is not null
      and session_id in (select session_id from dataset_clean join splits using (session_group) where fold >= 0)
    limit 1`);
  if (switches.length > 0) return [];
  return [
    'no training session changes its resolution: a model with features of the whole session continues to predict the old resolution after a switch; if sessions may switch, train with --history recent (features.history)',
  ];
}

/** Fails before the search if a session of `timeline.sessions` does not exist. */
async function requireSessions(warehouse: Warehouse, wanted: readonly string[]): Promise<void> {
  const known = (await warehouse.rows('select distinct session_id from scoring_set order by session_id')).map(
    (row) => String(row['session_id']),
  );
  const missing = wanted.filter((sessionId) => !known.includes(sessionId));
  if (missing.length > 0) {
    throw new ConfigError(
      `timeline.sessions names unknown sessions: ${missing.join(', ')}; this run has ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}`,
    );
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
  return (rows) => assignSessions(rows, { holdoutShare, part: split.part, folds: search.folds, seed });
}
