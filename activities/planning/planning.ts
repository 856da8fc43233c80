import { planRungs } from '../../learning/search/halving.js';
import { baselineTrials, drawTrials } from '../../learning/search/space.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { originsOf } from '../../schemas/data-origin.js';
import { flowFeaturesConfigSchema, type FlowFeaturesConfig } from '../../schemas/flow-features.js';
import {
  analyseCaptureConfigSchema,
  crossEvaluateConfigSchema,
  ingestDatasetConfigSchema,
  KNOWN_HEIGHTS_PX,
  ladderOf,
  runConfigSchema,
  type AnalyseCaptureConfig,
  type RunConfig,
} from '../../schemas/run-config.js';
import {
  moreTrialsSchema,
  type Bracket,
  type FirstTrials,
  type SearchConfig,
  type TrialSpec,
} from '../../schemas/search.js';
import type { ConfinedFiles } from '../confined-files.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { ConfigError } from '../failures.js';
import { alive } from '../heartbeat-while.js';
import { capturesAt, type PlannedCaptures } from './capture-folder.js';
import { listIfMany } from './capture-list.js';
import { labelledCaptures } from './labelled-captures.js';
import { originFlagsAt } from './origins-at.js';
import { parseConfig } from './parse-config.js';
import { readSources, requireAll, requireReadable } from './read-sources.js';
import type { CrossEvaluationPlan, PlayerLogSource, RunPlan } from './run-plan.js';
import { storeServiceRules } from './service-rules.js';
import { unusedSettings } from './unused-settings.js';

/** Keeps the history of a search far below Temporal's limit. */
const MOST_TRIALS = 2000;

/** Activities that check the input before anything is written. */
export function createPlanningActivities({ home, files, batchesAbove }: ActivityDependencies) {
  const paths = homePaths(home);
  const listed = <T extends Parameters<typeof listIfMany>[1]>(found: T): ReturnType<typeof listIfMany<T>> =>
    listIfMany(paths.artifacts, found, batchesAbove);
  return alive({
    /**
     * Parses the configuration, reads the sessions file and looks for all of its captures.
     * @throws ConfigError naming the key, SessionsFileError naming the line, InputFileError naming the file
     */
    async planRun({ config: input }: { config: unknown }): Promise<RunPlan> {
      const config = await withOrigins(parseConfig(runConfigSchema, input), files);
      const ladder = ladderOf(config);
      const found = await listed(await readSources(config, files));
      const serviceRules =
        config.source.kind === 'captures'
          ? await storeServiceRules(paths.artifacts, config.service.rules, files)
          : null;
      const bracket = firstTrials(config.search, config.seed);
      const origins = config.source.kind === 'captures' ? originsOf(config.source) : [];
      const warnings = [...unusedSettings(config), ...(found.warnings ?? [])];
      return { config, ladder, origins, ...found, bracket, serviceRules, warnings };
    },

    /**
     * Configurations of the runs of a cross-evaluation, each with another part held out.
     * @throws ConfigError naming the key
     */
    async planCrossEvaluation({ config: input }: { config: unknown }): Promise<CrossEvaluationPlan> {
      const { parts, ...config } = parseConfig(crossEvaluateConfigSchema, input);
      if (config.split.part !== null)
        throw new ConfigError('split.part: a cross-evaluation holds out every part in turn; leave it out');
      const whole = await withOrigins(config, files);
      return {
        config: whole,
        origins: whole.source.kind === 'captures' ? originsOf(whole.source) : [],
        parts: Array.from({ length: parts }, (_, at) => ({
          ...whole,
          split: { ...config.split, part: { number: at + 1, of: parts } },
        })),
      };
    },

    /** Draws the first trials of a search. */
    planSearch({ search, seed }: { search: SearchConfig; seed: number }): Promise<FirstTrials> {
      return Promise.resolve(firstTrials(search, seed));
    },

    /**
     * Draws trials that are added to a search.
     * @throws ConfigError naming the key
     */
    planMoreTrials(input: {
      search: SearchConfig;
      seed: number;
      /** Input of the update, unchecked. */
      request: unknown;
      /** Number of the first new trial. */
      first: number;
    }): Promise<Bracket> {
      const { search, seed, first } = input;
      const more = parseConfig(moreTrialsSchema, input.request);
      if (first + more.trials + more.settings.length > MOST_TRIALS + 1)
        throw new ConfigError(
          `trials: a search has at most ${MOST_TRIALS} trials, and this one has ${first - 1} already`,
        );
      return Promise.resolve(bracketOf(drawTrials(search, seed, more, first), search));
    },

    /** Plans to store a dataset without a search: the configuration of a run on it. */
    async planDataset({ config: input }: { config: unknown }): Promise<{ config: RunConfig }> {
      const { ladder, cleaning, split, holdoutShare, folds, seed, ...source } = parseConfig(
        ingestDatasetConfigSchema,
        input,
      );
      await requireReadable(source.path, files);
      const config = parseConfig(runConfigSchema, {
        source: { kind: 'dataset', ...source },
        ...(ladder === undefined ? {} : { ladder }),
        cleaning,
        split,
        holdoutShare,
        search: { folds },
        seed,
      });
      return { config };
    },

    /** Plans to read captures without a training set. */
    async planAnalysis(input: {
      config: unknown;
      /** File in the folder of the captures that lists them and their labels; null or missing: there are no labels. */
      sessionsFile?: string | null;
    }): Promise<
      PlannedCaptures & {
        config: AnalyseCaptureConfig;
        playerLogs: readonly PlayerLogSource[];
        serviceRules: ArtifactRef;
      }
    > {
      const config = parseConfig(analyseCaptureConfigSchema, input.config);
      const sessionsFile = input.sessionsFile ?? null;
      const found =
        sessionsFile === null
          ? { ...requireAll(config, await capturesAt(config.capture, files, config.join)), playerLogs: [] }
          : {
              ...(await labelledCaptures(config.capture, sessionsFile, KNOWN_HEIGHTS_PX, files)),
            };
      return {
        config,
        ...(await listed(found)),
        serviceRules: await storeServiceRules(paths.artifacts, config.service.rules, files),
      };
    },

    /** Plans the representations of flows. */
    async planFlowFeatures({
      config: input,
    }: {
      config: unknown;
    }): Promise<{ config: FlowFeaturesConfig } & PlannedCaptures> {
      const config = parseConfig(flowFeaturesConfigSchema, input);
      return {
        config,
        ...(await listed(requireAll(config, await capturesAt(config.capture, files, config.join)))),
      };
    },
  });
}

function firstTrials(search: SearchConfig, seed: number): FirstTrials {
  const trials = drawTrials(search, seed, search);
  return { ...bracketOf(trials, search), baselines: baselineTrials(trials) };
}

function bracketOf(trials: readonly TrialSpec[], { halving }: SearchConfig): Bracket {
  return { trials, rungs: planRungs(trials.length, halving) };
}

/** Sets the origins of captures in a folder of `vqi simulate` or `vqi splice`, also if the configuration does not. */
async function withOrigins(config: RunConfig, files: ConfinedFiles): Promise<RunConfig> {
  const { source } = config;
  if (source.kind !== 'captures') return config;
  const { simulated, spliced } = await originFlagsAt(source.directory, files);
  return {
    ...config,
    source: { ...source, simulated: source.simulated || simulated, spliced: source.spliced || spliced },
  };
}
