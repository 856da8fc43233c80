import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../schemas/artifact.js';
import type { TrialSpec } from '../schemas/search.js';
import { withWarehouse } from '../warehouse/connection.js';
import { allOf, exportTable } from '../warehouse/export-table.js';
import { publishPredictions, publishRun, recordModel, recordTrial } from '../warehouse/results.js';
import { readOwnJson } from './artifacts.js';
import { writeAudit } from '../warehouse/audit.js';
import { LEAK_SKILL } from '../domain/evaluation/leak-check.js';
import type { DatasetAudit, EvaluationReport } from './compute.js';
import { homePaths, type ActivityDependencies } from './dependencies.js';
import { heartbeatWhile } from './heartbeat-while.js';
import type { FittedModelRef } from './models.js';
import type { TrialScore } from './trials.js';

export interface RecordTrialInput {
  readonly runId: string;
  readonly spec: TrialSpec;
  readonly runs: number;
  readonly outcome:
    | { readonly state: 'completed'; readonly score: TrialScore }
    | { readonly state: 'failed'; readonly reason: string };
}

/** Activities that keep what a search and its best model came to; on the warehouse's own task queue. */
export function createWarehouseResultActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Writes a trial's row; the row of an earlier attempt gives way. */
    async recordTrial({ runId, spec, runs, outcome }: RecordTrialInput): Promise<void> {
      const score = outcome.state === 'completed' ? outcome.score : null;
      await withWarehouse(paths.warehouse, (warehouse) =>
        recordTrial(warehouse, {
          runId,
          trial: spec.trial,
          family: spec.setting.family,
          setting: spec.setting,
          state: outcome.state,
          runs,
          macroF1Mean: score?.macroF1 ?? null,
          macroF1ByFold: score?.folds.map((fold) => fold.macroF1) ?? null,
          accuracyMean: score?.accuracy ?? null,
          logLossMean: score?.logLoss ?? null,
          trainRows: score?.trainRows ?? null,
          seconds: score?.seconds ?? null,
          reason: outcome.state === 'failed' ? outcome.reason : null,
          warnings: score?.warnings ?? [],
        }),
      );
    },

    /** Keeps model, predictions and evaluation, builds the timeline and points the views of `main` at this run. */
    async publishRun(input: {
      runId: string;
      model: FittedModelRef;
      predictions: ArtifactRef;
      evaluation: ArtifactRef;
      audit: ArtifactRef;
    }): Promise<{ files: readonly string[] }> {
      const { runId, model } = input;
      const folder = paths.run(runId);
      await mkdir(folder, { recursive: true });
      const evaluation = await readOwnJson<EvaluationReport>(input.evaluation.path);
      const { skills, gap } = await readOwnJson<DatasetAudit>(input.audit.path);
      return await heartbeatWhile(() =>
        withWarehouse(paths.warehouse, async (warehouse) => {
          await warehouse.useRun(runId);
          await warehouse.transaction(async () => {
            await recordModel(warehouse, {
              modelId: model.modelId,
              runId,
              trial: model.spec.trial,
              family: model.spec.setting.family,
              setting: model.spec.setting,
              artifactPath: model.artifact.path,
              artifactSha256: model.artifact.sha256,
              trainingSha256: model.trainingSha256,
              trainingRows: model.trainingRows,
              trainingSessions: model.trainingSessions,
              featureCount: model.featureCount,
              classesPx: model.classesPx,
            });
            await publishPredictions(
              warehouse,
              runId,
              input.predictions.path,
              evaluation.rows,
              evaluation.confusion,
            );
            await writeAudit(warehouse, skills, LEAK_SKILL, gap);
            await publishRun(warehouse, runId);
          });
          const files: string[] = [];
          for (const table of ['resolution_timeline', 'evaluation', 'confusion_matrix', 'cleaning_log']) {
            for (const format of ['parquet', 'csv'] as const) {
              const path = join(folder, `${table}.${format}`);
              await exportTable(warehouse, allOf(table), path, format);
              files.push(path);
            }
          }
          return { files };
        }),
      );
    },
  };
}
