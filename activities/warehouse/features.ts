import { mkdir } from 'node:fs/promises';
import { shareText } from '../../capture/services/share-text.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { MEDIA_BYTES } from '../../schemas/capture.js';
import type { DataOrigin } from '../../schemas/data-origin.js';
import type { AnalyseCaptureConfig, RunConfig } from '../../schemas/run-config.js';
import type { ServiceRule, ServiceShare } from '../../schemas/services.js';
import type { SessionAnswers } from '../../schemas/session-answer.js';
import { cutWarnings } from '../../warehouse/captures/cut-warnings.js';
import { faultWarnings } from '../../warehouse/captures/fault-warnings.js';
import { outsideWarnings, serviceShares, serviceWarnings } from '../../warehouse/captures/service-shares.js';
import { loadSkippedCaptures } from '../../warehouse/captures/skipped-captures.js';
import { loadSplicedPieces } from '../../warehouse/captures/spliced-pieces.js';
import { timelineWarnings } from '../../warehouse/captures/timeline-warnings.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { exportTables } from '../../warehouse/export/export-tables.js';
import { buildFeatureTables } from '../../warehouse/features/build-features.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import { captureSources, trafficTimelines } from '../../warehouse/runs/report-rows.js';
import { buildSessionsSummary, sessionAnswers } from '../../warehouse/runs/session-answers.js';
import { readOwnJson } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { capturesIn, type GivenCaptures } from '../planning/capture-list.js';
import { splicedContent } from '../planning/spliced-content.js';
import { inRun } from './in-run.js';
import { MOST_CHARTS, storeReport, tableFiles } from './reports.js';
import { windowText } from './window-text.js';

export interface BuildFeaturesResult {
  readonly sessions: number;
  readonly windows: number;
  readonly segments: number;
  /** Shares of the TCP and UDP bytes, largest first. */
  readonly shares: readonly ServiceShare[];
  readonly warnings: readonly string[];
}

/** Result of the workflow `analyseCapture`. */
export interface CaptureAnalysisResult {
  /** Windows of services: a service's packets in a capture, whatever their session. */
  readonly serviceWindows: number;
  /** Windows of sessions; absent in results of an earlier version. */
  readonly windows?: number;
  readonly sessions: number;
  readonly segments: number;
  /** The sessions in short, and captures without one; absent in results of an earlier version. */
  readonly answers?: SessionAnswers;
  /** Shares of the TCP and UDP bytes, largest first. */
  readonly shares: readonly ServiceShare[];
  /** Captures that end early. */
  readonly warnings: readonly string[];
  readonly files: readonly string[];
}

/** The same with the data of the report, if it was asked for. */
export interface CollectedAnalysis extends CaptureAnalysisResult {
  readonly report?: ArtifactRef;
}

/** Activities that build sessions, windows and features of captures; task queue of the warehouse. */
export function createWarehouseFeatureActivities({ home, files: inputs }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Records the run and its captures, and builds sessions, windows and features. */
    async buildFeatures(
      input: GivenCaptures & { runId: string; config: RunConfig; serviceRules: ArtifactRef },
    ): Promise<BuildFeaturesResult> {
      const { runId, config } = input;
      const { sources, skipped } = await capturesIn(input);
      const rules = await readOwnJson<ServiceRule[]>(input.serviceRules.path);
      const { source } = config;
      const simulated = source.kind === 'captures' && source.simulated;
      const spliced = source.kind === 'captures' ? await splicedContent(source.directory, inputs) : [];
      return await inRun(paths.warehouse, runId, async (warehouse, report) => {
        const rows = await warehouse.transaction(async () => {
          await registerRun(warehouse, { runId, config, simulated }, sources);
          await loadSkippedCaptures(warehouse, skipped);
          await loadSplicedPieces(warehouse, spliced);
          return await buildFeatureTables(warehouse, runId, config, rules, report);
        });
        return {
          sessions: rows['sessions'] ?? 0,
          windows: rows['session_windows'] ?? 0,
          segments: rows['session_segments'] ?? 0,
          shares: await serviceShares(warehouse),
          warnings: await captureWarnings(warehouse, runId),
        };
      });
    },

    /** Service windows, sessions and segments of captures without a training set, as tables and files. */
    async analyseCapture(
      input: GivenCaptures & {
        runId: string;
        config: AnalyseCaptureConfig;
        serviceRules: ArtifactRef;
        origins?: readonly DataOrigin[];
        /** Collects the data of a report; absent before a model is applied. */
        withReport?: boolean;
      },
    ): Promise<CollectedAnalysis> {
      const { runId, config } = input;
      const { sources, skipped } = await capturesIn(input);
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
          await loadSkippedCaptures(warehouse, skipped);
          const built = await buildFeatureTables(warehouse, runId, config, rules, report, [
            '25_service_windows',
          ]);
          await buildSessionsSummary(warehouse, false);
          return built;
        });
        const files = await exportTables(
          warehouse,
          [
            ...['service_bytes', 'service_windows', 'sessions', 'sessions_summary'],
            ...['session_segments', 'feat_windows'],
          ],
          folder,
        );
        const result = {
          serviceWindows: rows['service_windows'] ?? 0,
          windows: rows['session_windows'] ?? 0,
          sessions: rows['sessions'] ?? 0,
          segments: rows['session_segments'] ?? 0,
          answers: await sessionAnswers(warehouse),
          shares: await serviceShares(warehouse),
          warnings: await captureWarnings(warehouse, runId),
          files,
        };
        if (input.withReport !== true) return result;
        const { seconds } = config.windows;
        const { timelines, sessions } = await trafficTimelines(warehouse, seconds, MOST_CHARTS);
        const data = await storeReport(warehouse, paths, {
          runId,
          evaluation: null,
          model: '',
          classesPx: [],
          windowSeconds: seconds,
          lengths: config.windows.lengths,
          sessions: null,
          traffic: timelines,
          answers: result.answers,
          origins: input.origins ?? [],
          facts: [
            { name: 'source', value: config.capture },
            { name: 'traffic', value: result.shares.map(shareText).join(', ') || 'no TCP or UDP packet' },
            {
              name: 'sessions',
              value: `${result.sessions}, ${sessions} of them with media${timelines.length < sessions ? `; the ${timelines.length} with the most media have a chart` : ''}`,
            },
            { name: 'windows', value: windowText(config.windows, null) },
            {
              name: 'number of windows',
              value: `${result.windows} of sessions, from the begin to the end of each (tables session_windows and feat_windows); ${result.serviceWindows} of services, from the first to the last packet of each, whatever its session (table service_windows)`,
            },
          ],
          warnings: result.warnings,
          sources: await captureSources(warehouse, runId),
          files: tableFiles(files),
        });
        return { ...result, report: data };
      });
    },
  };
}

/** What was left out of the captures of the current run, assumed, or doubled. */
async function captureWarnings(warehouse: Warehouse, runId: string): Promise<string[]> {
  return [
    ...(await cutWarnings(warehouse, runId)),
    ...(await faultWarnings(warehouse, runId)),
    ...(await timelineWarnings(warehouse, runId)),
    ...(await outsideWarnings(warehouse, MEDIA_BYTES)),
    ...(await serviceWarnings(warehouse)),
  ];
}
