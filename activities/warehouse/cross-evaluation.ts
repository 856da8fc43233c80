import { mkdir } from 'node:fs/promises';
import { countText } from '../../common/count-text.js';
import type { EvaluationReport, ScoreSummary } from '../../learning/answers/evaluation-report.js';
import { summaryOf } from '../../learning/answers/score-summary.js';
import { crossVerdict } from '../../learning/answers/verdict.js';
import { differenceText } from '../../learning/evaluation/lead-over.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { originsOf } from '../../schemas/data-origin.js';
import type { RunConfig } from '../../schemas/run-config.js';
import { exportTables } from '../../warehouse/export/export-tables.js';
import { leaksOf } from '../../warehouse/features/audit.js';
import { writePooledPredictions } from '../../warehouse/runs/pool-parts.js';
import { EVALUATION_TABLES, publishPredictions } from '../../warehouse/runs/publish.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import { namedGroups, storeVerdict } from '../../warehouse/runs/verdicts.js';
import { makeArtifact, readOwnJson } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { inRun } from './in-run.js';
import { storeReport, tableFiles } from './reports.js';

/** Scores of one part's run. */
export interface PartScore {
  readonly runId: string;
  readonly family: string;
  readonly sessions: number;
  readonly macroF1: number | null;
  readonly accuracy: number | null;
}

/** Activities of a cross-evaluation; task queue of the warehouse. */
export function createWarehouseCrossEvaluationActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Pools the predictions for the held-out sessions of all parts. */
    async poolParts(input: {
      runId: string;
      config: RunConfig;
      parts: readonly string[];
    }): Promise<{ predictions: ArtifactRef }> {
      const { runId, config, parts } = input;
      return await inRun(paths.warehouse, runId, async (warehouse) => {
        const simulated = config.source.kind === 'captures' && config.source.simulated;
        await registerRun(warehouse, { runId, config, simulated }, []);
        const { artifact } = await makeArtifact(paths.artifacts, 'predictions', 'ndjson', async (path) => {
          await writePooledPredictions(warehouse, parts, path);
          return { rows: null, result: null };
        });
        return { predictions: artifact };
      });
    },

    /** Stores the evaluation and the timelines as tables and files, and collects the data of the report. */
    async publishCrossEvaluation(input: {
      runId: string;
      config: RunConfig;
      parts: readonly PartScore[];
      predictions: ArtifactRef;
      evaluation: ArtifactRef;
      baselines: ScoreSummary['baselines'];
      warnings: readonly string[];
    }): Promise<{ files: readonly string[]; report: ArtifactRef; verdict: readonly string[] }> {
      const { runId, config, parts } = input;
      const folder = paths.run(runId);
      await mkdir(folder, { recursive: true });
      const evaluation = await readOwnJson<EvaluationReport>(input.evaluation.path);
      return await inRun(paths.warehouse, runId, async (warehouse) => {
        await warehouse.transaction(() =>
          publishPredictions(warehouse, runId, input.predictions.path, evaluation),
        );
        const files = await exportTables(warehouse, EVALUATION_TABLES, folder);
        const origins = config.source.kind === 'captures' ? originsOf(config.source) : [];
        let verdict: readonly string[] = [];
        if (evaluation.model !== null) {
          const { services } = await namedGroups(warehouse);
          const judged = {
            model: evaluation.model,
            baselines: input.baselines.map(({ name, accuracy, lead }) => ({
              name,
              evaluation: { accuracy },
              lead: lead ?? null,
            })),
            bySwitch: evaluation.switches[0]?.scores ?? [],
          };
          const isOfSimulated = origins.includes('simulated');
          const leaks = await leaksOf(
            warehouse,
            parts.map((part) => part.runId),
          );
          verdict = crossVerdict(parts.length, { services, leaks, isSimulated: isOfSimulated }, judged);
          const score = { ...summaryOf(evaluation), baselines: input.baselines };
          await storeVerdict(warehouse, runId, verdict, score);
        }
        const report = await storeReport(warehouse, paths, {
          runId,
          evaluation,
          model: `${parts.length} models, each the best of a search on the other parts`,
          classesPx: evaluation.model?.classes ?? [],
          windowSeconds: config.windows.seconds,
          lengths: config.windows.lengths,
          sessions: config.timeline.sessions,
          origins,
          facts: [
            {
              name: 'source',
              value: config.source.kind === 'captures' ? config.source.directory : config.source.path,
            },
            { name: 'split', value: `by ${config.split.by}, ${parts.length} parts, seed ${config.seed}` },
            ...input.baselines.map(({ name, accuracy, macroF1, lead }) => ({
              name: `${name} (baseline)`,
              value: `macro-F1 ${macroF1.toFixed(3)}, accuracy ${accuracy.toFixed(3)}${lead ? `; the models' lead in accuracy ${differenceText(lead.accuracy)}` : ''}`,
            })),
            ...parts.map(({ runId: part, family, sessions, macroF1, accuracy }) => ({
              name: part,
              value: `${family}, macro-F1 ${macroF1?.toFixed(3) ?? 'not defined'}, accuracy ${accuracy?.toFixed(3) ?? 'not defined'} on ${countText(sessions, 'session')}`,
            })),
          ],
          warnings: input.warnings,
          reproduction: {
            configuration: { ...config, parts: parts.length },
            command: 'vqi cross-evaluate --config run.json',
          },
          files: tableFiles(files),
        });

        return { files, report, verdict };
      });
    },
  };
}
