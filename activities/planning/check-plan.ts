import { existsSync } from 'node:fs';
import { flowFeaturesConfigSchema, type FlowFeaturesConfig } from '../../schemas/flow-features.js';
import {
  analyseCaptureConfigSchema,
  crossEvaluateConfigSchema,
  evaluateModelConfigSchema,
  inferSessionConfigSchema,
  KNOWN_HEIGHTS_PX,
  runConfigSchema,
  type AnalyseCaptureConfig,
  type EvaluateModelConfig,
  type InferSessionConfig,
  type RunConfig,
} from '../../schemas/run-config.js';
import { readWarehouse } from '../../warehouse/core/open-warehouse.js';
import { WarehouseBusyError } from '../../warehouse/core/query-error.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { noSearch, runState, unknownRun, unknownTrial } from '../../warehouse/runs/searches.js';
import { findModel, modelNamed, noModel } from '../../warehouse/runs/stored-models.js';
import type { ConfinedFiles } from '../confined-files.js';
import { homePaths } from '../dependencies.js';
import { capturesAt } from './capture-folder.js';
import { labelledCaptures } from './labelled-captures.js';
import { parseConfig } from './parse-config.js';
import { readSources, requireAll } from './read-sources.js';
import { readServiceRules } from './service-rules.js';

/**
 * Checks the input of a workflow as its plan does, and that the model or run that it names exists; writes nothing. A
 * warehouse that a worker is writing is not asked: then the workflow itself finds what does not exist.
 * @throws the errors of the plan
 */
export async function checkPlan(
  type: string,
  input: unknown,
  home: string,
  files: ConfinedFiles,
): Promise<void> {
  const { warehouse } = homePaths(home);
  const inWarehouse = async (work: (open: Warehouse) => Promise<unknown>): Promise<void> => {
    await readWarehouse(warehouse, work).catch((error: unknown) => {
      if (!(error instanceof WarehouseBusyError)) throw error;
    });
  };
  switch (type) {
    case 'videoQualityPipeline':
    case 'crossEvaluate': {
      const schema = type === 'crossEvaluate' ? crossEvaluateConfigSchema : runConfigSchema;
      const config = parseConfig<RunConfig>(schema, input);
      await readSources(config, files);
      if (config.source.kind === 'captures') await readServiceRules(config.service.rules, files);
      // Says so if the file is damaged, or of another version.
      await inWarehouse(() => Promise.resolve());
      return;
    }
    case 'analyseCapture':
    case 'flowFeatures': {
      const isAnalysis = type === 'analyseCapture';
      const schema = isAnalysis ? analyseCaptureConfigSchema : flowFeaturesConfigSchema;
      const config = parseConfig<AnalyseCaptureConfig | FlowFeaturesConfig>(schema, input);
      requireAll(config, await capturesAt(config.capture, files, config.join));
      if ('service' in config) await readServiceRules(config.service.rules, files);
      await inWarehouse(() => Promise.resolve());
      return;
    }
    case 'inferSession':
    case 'evaluateModel': {
      const isEvaluation = type === 'evaluateModel';
      const schema = isEvaluation ? evaluateModelConfigSchema : inferSessionConfigSchema;
      const config = parseConfig<EvaluateModelConfig | InferSessionConfig>(schema, input);
      if ('directory' in config)
        await labelledCaptures(config.directory, config.sessionsFile, KNOWN_HEIGHTS_PX, files);
      else requireAll(config, await capturesAt(config.capture, files, config.join));
      await readServiceRules(config.service?.rules ?? null, files);
      if (!existsSync(warehouse)) throw noModel(config.model, []);
      await inWarehouse((open) => findModel(open, config.model));
      return;
    }
    case 'retryTrial': {
      const { run, trial } = input as { run: string; trial: number };
      if (!existsSync(warehouse)) throw unknownRun(run, []);
      await inWarehouse(async (open) => {
        const state = await runState(open, run);
        // While a search runs, its trials are not all in the table.
        if (state === 'building' || state === 'searching') return;
        const found = await open.rows('select 1 as found from main.searches where run_id = $run', { run });
        if (found.length === 0) throw await noSearch(open, run);
        const rows = await open.rows('select trial from main.trials where run_id = $run order by trial', {
          run,
        });
        const trials = rows.map((row) => Number(row['trial']));
        if (!trials.includes(trial)) throw unknownTrial(run, trial, trials);
      });
      return;
    }
    case 'promoteModel': {
      const { model } = input as { model: string };
      if (!existsSync(warehouse)) throw noModel(model, []);
      await inWarehouse((open) => modelNamed(open, model));
      return;
    }
    default:
  }
}
