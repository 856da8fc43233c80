import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  DatasetAudit,
  EvaluationReport,
  ScoreSummary,
} from '../../learning/answers/evaluation-report.js';
import { verdict } from '../../learning/answers/verdict.js';
import { LEAK_SKILL } from '../../learning/evaluation/leak-check.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { isBaseline } from '../../schemas/baseline-families.js';
import { originsOf } from '../../schemas/data-origin.js';
import type { RunConfig } from '../../schemas/run-config.js';
import { exportTables } from '../../warehouse/export/export-tables.js';
import { writeAudit } from '../../warehouse/features/audit.js';
import { judgeOf, modelKind } from '../../warehouse/runs/current-model.js';
import { RUN_TABLES, publishPredictions } from '../../warehouse/runs/publish.js';
import { recordModel, type ModelChoice } from '../../warehouse/runs/record.js';
import { isSimulated, namedGroups, storeVerdict } from '../../warehouse/runs/verdicts.js';
import { readOwnJson } from '../artifacts.js';
import type { FittedModelRef } from '../computing/models.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { inRun } from './in-run.js';

/** The activity that stores the best model of a search and its results; task queue of the warehouse. */
export function createWarehouseResultActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Stores model, predictions and evaluation, and builds the timeline. `finishRun` makes them visible. */
    async publishRun(input: {
      runId: string;
      config: RunConfig;
      model: FittedModelRef;
      /** Null for a search that an earlier version started. */
      choice: ModelChoice | null;
      predictions: ArtifactRef;
      evaluation: ArtifactRef;
      audit: ArtifactRef;
      summary: ScoreSummary;
      /** The run is a part of a cross-evaluation: its model cannot become the current one. */
      isPart: boolean;
    }): Promise<{ files: readonly string[]; verdict: readonly string[] }> {
      const { runId, config, model } = input;
      const folder = paths.run(runId);
      await mkdir(folder, { recursive: true });
      const evaluation = await readOwnJson<EvaluationReport>(input.evaluation.path);
      const { skills, gap } = await readOwnJson<DatasetAudit>(input.audit.path);
      return await inRun(paths.warehouse, runId, async (warehouse) => {
        await warehouse.transaction(async () => {
          await publishPredictions(warehouse, runId, input.predictions.path, evaluation);
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
            choice: input.choice,
            isBaseline: isBaseline(model.spec.setting.family),
            metrics: input.summary,
            kind: input.isPart ? null : await modelKind(warehouse, config, model.classesPx),
            origins: config.source.kind === 'captures' ? originsOf(config.source) : [],
            judge: await judgeOf(warehouse, config.source.kind === 'captures'),
          });
          await writeAudit(warehouse, skills, LEAK_SKILL, gap);
        });
        const sentences = verdict(
          {
            ...(await namedGroups(warehouse)),
            sessions: model.trainingSessions,
            classesPx: model.classesPx,
            isSimulated: await isSimulated(warehouse, runId),
            leaks: skills.filter(({ skill }) => skill >= LEAK_SKILL),
          },
          { ...evaluation, bySwitch: evaluation.switches[0]?.scores ?? [] },
          isBaseline(model.spec.setting.family) ? model.spec.setting.family : null,
        );
        await storeVerdict(warehouse, runId, sentences, input.summary);
        await copyFile(model.artifact.path, join(folder, 'model.json'));
        const files = await exportTables(warehouse, RUN_TABLES, folder);
        return { files, verdict: sentences };
      });
    },
  };
}
