import { mkdir } from 'node:fs/promises';
import { countText } from '../../common/count-text.js';
import { settingText } from '../../common/setting-text.js';
import type { EvaluationReport } from '../../learning/answers/evaluation-report.js';
import { summaryOf } from '../../learning/answers/score-summary.js';
import { appliedVerdict } from '../../learning/answers/verdict.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { isBaseline } from '../../schemas/baseline-families.js';
import { evaluateModelConfigSchema, inferSessionConfigSchema } from '../../schemas/run-config.js';
import type { SessionAnswers } from '../../schemas/session-answer.js';
import { loadPlayerLogs, requireOverlap } from '../../warehouse/captures/player-logs.js';
import { loadSplicedPieces } from '../../warehouse/captures/spliced-pieces.js';
import { buildModels, runChecks } from '../../warehouse/core/run-models.js';
import { exportTables } from '../../warehouse/export/export-tables.js';
import { writeFeatureFile } from '../../warehouse/features/feature-file.js';
import {
  buildInferenceTable,
  evaluationFacts,
  sessionsByService,
} from '../../warehouse/features/inference-set.js';
import { labelWarnings } from '../../warehouse/features/label-warnings.js';
import { findTrainedCaptures } from '../../warehouse/features/trained-captures.js';
import { EVALUATION_TABLES, publishPredictions } from '../../warehouse/runs/publish.js';
import { captureSources } from '../../warehouse/runs/report-rows.js';
import { sessionAnswers } from '../../warehouse/runs/session-answers.js';
import { storeVerdict, unknownWindows, verdictOf } from '../../warehouse/runs/verdicts.js';
import { makeArtifact, readOwnJson } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';
import { inferencePlan, type InferencePlan } from '../planning/inference-plan.js';
import { parseConfig } from '../planning/parse-config.js';
import { splicedContent } from '../planning/spliced-content.js';
import { evaluationWarnings } from './evaluation-warnings.js';
import { inRun } from './in-run.js';
import { MOST_CHARTS, storeReport, tableFiles } from './reports.js';
import { untrainedWarnings } from './untrained-warnings.js';
import { windowText } from './window-text.js';

/** Activities that apply a model to captures; task queue of the warehouse. */
export function createWarehouseInferenceActivities({ home, files: inputs }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Finds the model. @throws ConfigError naming the key, DatasetError if there is no such model */
    async planInference({ config }: { config: unknown }): Promise<InferencePlan> {
      const { capture, ...settings } = parseConfig(inferSessionConfigSchema, config);
      return await heartbeatWhile(() => inferencePlan(paths.warehouse, capture, settings, null, inputs));
    },

    /** The same for captures with labels. */
    async planEvaluation({ config }: { config: unknown }): Promise<InferencePlan> {
      const { directory, sessionsFile, seed, ...settings } = parseConfig(evaluateModelConfigSchema, config);
      return await heartbeatWhile(() =>
        inferencePlan(paths.warehouse, directory, settings, { sessionsFile, seed }, inputs),
      );
    },

    /**
     * Exports the windows of the run's captures with the inputs of the model, and with labels if there are any.
     * @throws DatasetError naming missing inputs, or if there is nothing to evaluate on
     */
    async buildInferenceSet(input: {
      runId: string;
      plan: InferencePlan;
      /** Resolutions that the players showed; null if no session has a log. */
      playerLogs: ArtifactRef | null;
    }): Promise<{ features: ArtifactRef; warnings: readonly string[] }> {
      const { runId, plan, playerLogs } = input;
      const spliced = await splicedContent(plan.config.capture, inputs);
      const { featureNames, domain } = await readOwnJson<{
        featureNames: readonly string[];
        /** Absent if nothing could be held out of the training. */
        domain?: { services: readonly string[] };
      }>(plan.model.path);
      return await inRun(paths.warehouse, runId, async (warehouse, report) => {
        const warnings = await warehouse.transaction(async () => {
          await loadSplicedPieces(warehouse, spliced);
          await loadPlayerLogs(warehouse, playerLogs?.path ?? null);
          await requireOverlap(warehouse, runId);
          const built = await buildModels(warehouse, ['40_dataset_captures'], {}, report);
          await runChecks(warehouse, runId, Object.keys(built), {});
          const areTrainedKnown = await findTrainedCaptures(warehouse, runId, plan.modelRunId);
          await buildInferenceTable(warehouse, featureNames, plan.isOfDataset ? plan.modelRunId : null);
          const untrained = untrainedWarnings(domain?.services ?? [], await sessionsByService(warehouse));
          return plan.sessionsFile === null
            ? untrained
            : [
                ...untrained,
                ...(await labelWarnings(warehouse)),
                ...evaluationWarnings(
                  await evaluationFacts(warehouse, runId, plan.classesPx),
                  areTrainedKnown,
                ),
              ];
        });
        const { artifact } = await makeArtifact(paths.artifacts, 'inference_set', 'arrow', async (path) => ({
          rows: await writeFeatureFile(warehouse, 'inference_set', path, { sessions: true }),
          result: null,
        }));
        return { features: artifact, warnings: [...originWarnings(plan), ...warnings] };
      });
    },

    /** Stores timelines and evaluation as tables and files, and collects the data of the report. */
    async publishTimelines(input: {
      runId: string;
      plan: InferencePlan;
      predictions: ArtifactRef;
      evaluation: ArtifactRef;
      warnings: readonly string[];
    }): Promise<{
      files: readonly string[];
      report: ArtifactRef;
      sessions: number;
      answers: SessionAnswers;
      verdict: readonly string[];
    }> {
      const { runId, plan, warnings } = input;
      const folder = paths.run(runId);
      await mkdir(folder, { recursive: true });
      const evaluation = await readOwnJson<EvaluationReport>(input.evaluation.path);
      return await inRun(paths.warehouse, runId, async (warehouse) => {
        await warehouse.transaction(() =>
          publishPredictions(warehouse, runId, input.predictions.path, evaluation),
        );
        const tables = evaluation.model === null ? ['resolution_timeline'] : EVALUATION_TABLES;
        const files = await exportTables(warehouse, ['sessions_summary', ...tables], folder);
        const sessions = await warehouse.rows(
          'select session_id from resolution_timeline group by session_id order by count(*) desc, session_id',
        );
        const drawn = sessions.slice(0, MOST_CHARTS).map((row) => String(row['session_id']));
        const { family } = plan.setting;
        const sentences = appliedVerdict(
          plan.modelId,
          isBaseline(family) ? family : null,
          await verdictOf(warehouse, plan.modelRunId),
          { ...evaluation, bySwitch: evaluation.switches[0]?.scores ?? [] },
          await unknownWindows(warehouse),
        );
        const score = evaluation.model && { ...summaryOf(evaluation), family };
        await storeVerdict(warehouse, runId, sentences, score);
        const answers = await sessionAnswers(warehouse);
        const report = await storeReport(warehouse, paths, {
          runId,
          evaluation,
          model: `${settingText(plan.setting)}, trained on ${countText(plan.trainingRows, 'window')}`,
          classesPx: plan.classesPx,
          windowSeconds: plan.config.windows.seconds,
          lengths: plan.config.windows.lengths,
          sessions: drawn.length === 0 ? null : drawn,
          answers,
          origins: plan.origins,
          facts: [
            { name: 'source', value: plan.config.capture },
            { name: 'windows', value: windowText(plan.config.windows, null) },
            { name: 'model', value: `${plan.modelId}, from run ${plan.modelRunId}` },
            { name: 'sessions', value: `${sessions.length}, ${drawn.length} with a chart` },
          ],
          warnings,
          sources: await captureSources(warehouse, runId),
          files: tableFiles(files),
        });
        return { files, report, sessions: sessions.length, answers, verdict: sentences };
      });
    },
  };
}

/** Warns if a model that was trained on simulated sessions is applied to other captures. */
function originWarnings({
  modelId,
  modelOrigins,
  origins,
}: Pick<InferencePlan, 'modelId' | 'modelOrigins' | 'origins'>): string[] {
  if (!modelOrigins.includes('simulated') || origins.includes('simulated')) return [];
  return [
    `the model ${modelId} was trained on simulated sessions: its predictions for real captures show that the program works, not which resolution was played; train a model on labelled captures with vqi start --data FOLDER`,
  ];
}
