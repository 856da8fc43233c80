import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { ReportInput } from '../domain/report/report-input.js';
import type { ArtifactRef } from '../schemas/artifact.js';
import {
  inferSessionConfigSchema,
  SIMULATION_FILE,
  type AnalyseCaptureConfig,
  type RunConfig,
} from '../schemas/run-config.js';
import { withWarehouse } from '../warehouse/connection.js';
import { allOf, exportTable } from '../warehouse/export-table.js';
import { writeFeatureFile } from '../warehouse/feature-file.js';
import { timelineRows } from '../warehouse/report-rows.js';
import { publishPredictions } from '../warehouse/results.js';
import { buildInferenceSet, findModel, type ModelFile } from '../warehouse/stored-models.js';
import { makeArtifact, readOwnJson } from './artifacts.js';
import { homePaths, type ActivityDependencies } from './dependencies.js';
import { ConfigError } from './failures.js';
import { heartbeatWhile } from './heartbeat-while.js';
import { reportTimeline } from './warehouse-reports.js';

/** Sessions that are drawn at most; the tables have all. */
const MOST_CHARTS = 20;

/** A model, and how captures are to be read for it. */
export interface InferencePlan {
  readonly modelId: string;
  readonly model: ModelFile;
  readonly classesPx: readonly number[];
  readonly config: AnalyseCaptureConfig;
  readonly simulated: boolean;
}

/** Activities that ask a model about captures; on the warehouse's own task queue. */
export function createWarehouseInferenceActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /**
     * Finds the model; captures are read as those of the run that it comes from.
     * @throws ConfigError naming the key, DatasetError where there is no such model.
     */
    async planInference({ config: input }: { config: unknown }): Promise<InferencePlan> {
      const parsed = inferSessionConfigSchema.safeParse(input);
      if (!parsed.success)
        throw new ConfigError(`the configuration cannot be used:\n${z.prettifyError(parsed.error)}`);
      const { capture, model: modelId, service, anonymise, parallelCaptures } = parsed.data;
      const found = await withWarehouse(paths.warehouse, (warehouse) =>
        findModel<RunConfig>(warehouse, modelId),
      );
      const { windows, segments, sessionGapSeconds, service: serviceOfRun } = found.config;
      const simulated = [resolve(capture), dirname(resolve(capture))].some((folder) =>
        existsSync(join(folder, SIMULATION_FILE)),
      );
      return {
        modelId: found.modelId,
        model: found.artifact,
        classesPx: found.classesPx,
        config: {
          capture,
          windows,
          segments,
          service: service ?? serviceOfRun,
          sessionGapSeconds,
          anonymise,
          parallelCaptures,
        },
        simulated,
      };
    },

    /** The windows of the run's captures as the model wants them. @throws DatasetError naming inputs that are not there. */
    async buildInferenceSet({ runId, model }: { runId: string; model: ModelFile }): Promise<ArtifactRef> {
      const { featureNames } = await readOwnJson<{ featureNames: readonly string[] }>(model.path);
      return await heartbeatWhile(() =>
        withWarehouse(paths.warehouse, async (warehouse) => {
          await warehouse.useRun(runId);
          await buildInferenceSet(warehouse, featureNames);
          const { artifact } = await makeArtifact(
            paths.artifacts,
            'inference_set',
            'arrow',
            async (path) => ({
              rows: await writeFeatureFile(warehouse, 'inference_set', path),
              result: null,
            }),
          );
          return artifact;
        }),
      );
    },

    /** Keeps the timelines as a table and files, and collects what the page shows. */
    async publishTimelines(input: {
      runId: string;
      plan: InferencePlan;
      predictions: ArtifactRef;
    }): Promise<{ files: readonly string[]; report: ArtifactRef; sessions: number }> {
      const { runId, plan } = input;
      const folder = paths.run(runId);
      await mkdir(folder, { recursive: true });
      return await heartbeatWhile(() =>
        withWarehouse(paths.warehouse, async (warehouse) => {
          await warehouse.useRun(runId);
          await warehouse.transaction(() =>
            publishPredictions(warehouse, runId, input.predictions.path, [], []),
          );
          const files: string[] = [];
          for (const format of ['parquet', 'csv'] as const) {
            const path = join(folder, `resolution_timeline.${format}`);
            await exportTable(warehouse, allOf('resolution_timeline'), path, format);
            files.push(path);
          }
          const sessions = await warehouse.rows(
            'select session_id from resolution_timeline group by session_id order by count(*) desc, session_id',
          );
          const drawn = sessions.slice(0, MOST_CHARTS).map((row) => String(row['session_id']));
          const timelines = drawn.length === 0 ? [] : await timelineRows(warehouse, drawn);
          const report: ReportInput = {
            runId,
            finishedAt: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
            isSimulated: plan.simulated,
            facts: [
              { name: 'source', value: plan.config.capture },
              { name: 'model', value: plan.modelId },
              { name: 'sessions', value: `${sessions.length}, of which ${drawn.length} are drawn` },
            ],
            warnings: [],
            cleaning: [],
            trials: [],
            model: null,
            baselines: [],
            timelines: timelines.map((timeline) =>
              reportTimeline(timeline, plan.classesPx, plan.config.windows.seconds, plan.simulated),
            ),
            files: files.map((path) => ({ path, content: 'the timelines of all sessions' })),
          };
          const { artifact } = await makeArtifact(paths.artifacts, 'report', 'json', async (path) => {
            await writeFile(path, JSON.stringify(report));
            return { rows: null, result: null };
          });
          return { files, report: artifact, sessions: sessions.length };
        }),
      );
    },
  };
}
