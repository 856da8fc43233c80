import { z } from 'zod';
import { BASELINE_FAMILIES, isBaseline } from './baseline-families.js';
import { LIMITS, searchRangesSchema } from './search-space.js';

/** A family with more training rows samples this many of them (seeded) and gives a warning. */
const rowCap = z.int().min(2);

const integer = ([least, most]: readonly [least: number, most: number]) => z.int().min(least).max(most);

/** `balanced` gives every class the same total weight. */
const classWeights = z.enum(['none', 'balanced']).default('none');

const forestShape = {
  trees: integer(LIMITS.trees).default(100),
  /** Share of the features tried in a node, drawn for each node; `sqrt`: the square root of their number. */
  featureShare: z.union([z.literal('sqrt'), z.number().gt(0).max(1)]).default('sqrt'),
  maxDepth: integer(LIMITS.maxDepth).default(64),
  minSamplesPerLeaf: integer(LIMITS.minSamplesPerLeaf).default(1),
  classWeights,
};

/** The project's own forest: the best threshold of each feature tried in a node. */
const randomForestSettingSchema = z.strictObject({
  family: z.literal('random-forest'),
  ...forestShape,
  /** Whether each tree is grown from a sample drawn with replacement, or from all rows. */
  bootstrap: z.boolean().default(true),
});

/** Trees with thresholds drawn at random. */
const extraTreesSettingSchema = z.strictObject({
  family: z.literal('extra-trees'),
  ...forestShape,
  bootstrap: z.boolean().default(false),
});

/** Rounds of small trees; each round corrects the sum of the earlier ones. */
const gradientBoostingSettingSchema = z.strictObject({
  family: z.literal('gradient-boosting'),
  /** Each round has one tree per class, or one tree for two classes. */
  rounds: integer(LIMITS.rounds).default(100),
  learningRate: z.number().gt(0).max(1).default(0.1),
  maxLeaves: integer(LIMITS.maxLeaves).default(31),
  /** Minimum rows of a leaf, estimated from its hessian. */
  minSamplesPerLeaf: integer(LIMITS.minSamplesPerLeaf).default(20),
  /** Added to the hessian of every leaf: shrinks its value towards 0. */
  l2: z.number().min(LIMITS.l2[0]).max(LIMITS.l2[1]).default(0),
  /** Share of the features that the trees of a round use. */
  featureShare: z.number().gt(0).max(1).default(1),
  classWeights,
});

/** The trees of the npm package ml-random-forest. */
const mlRandomForestSettingSchema = z.strictObject({
  family: z.literal('ml-random-forest'),
  trees: integer(LIMITS.mlTrees),
  /** Share of the features that a tree uses. */
  featureShare: z.number().gt(0).max(1),
  maxDepth: integer(LIMITS.mlMaxDepth),
  minSamplesPerLeaf: integer(LIMITS.minSamplesPerLeaf),
  rowCap,
});

/** The machines of the npm package ml-svm. */
const mlSvmSettingSchema = z.strictObject({
  family: z.literal('ml-svm'),
  /** Cost of a margin violation. */
  C: z.number().positive(),
  /** Width of the Gaussian kernel, in units of standardised features times the square root of their number. */
  sigma: z.number().positive(),
  maxIterations: z.int().min(1),
  rowCap,
});

/** The project's own support vector machine: one machine per pair of classes, Gaussian kernel. */
export const svmSettingSchema = z.strictObject({
  family: z.literal('svm'),
  /** Cost of a margin violation. */
  C: z.number().positive().default(1),
  /** Kernel exp(-gamma d² / columns) between standardised rows: 1 is `scale` in scikit-learn. */
  gamma: z.number().positive().default(1),
  /** Violation of the optimality conditions at which the solver stops; libsvm's default. */
  tolerance: z.number().gt(0).max(0.1).default(1e-3),
  classWeights,
  /**
   * For distances and kernel, eight bytes per pair of rows: 512 MiB are enough for 8,192 rows; more rows are sampled.
   */
  memoryMiB: z.int().min(1).max(65_536).default(512),
});

/** Baseline: one decision tree, all features tried in every node. */
const decisionTreeSettingSchema = z.strictObject({
  family: z.literal('decision-tree'),
  maxDepth: integer(LIMITS.maxDepth).default(3),
  minSamplesPerLeaf: integer(LIMITS.minSamplesPerLeaf).default(1),
  classWeights,
});

/** Baseline: the rung by the size of the largest recent segment only; the larger the segment, the higher the rung. */
const largestSegmentSettingSchema = z.strictObject({ family: z.literal('largest-segment') });

/** Baseline: predicts the shares of the classes in the training rows, independent of the input. */
const majoritySettingSchema = z.strictObject({ family: z.literal('majority') });

/** One hyperparameter setting of one model family. */
export const trialSettingSchema = z.discriminatedUnion('family', [
  randomForestSettingSchema,
  extraTreesSettingSchema,
  gradientBoostingSettingSchema,
  svmSettingSchema,
  mlRandomForestSettingSchema,
  mlSvmSettingSchema,
  decisionTreeSettingSchema,
  largestSegmentSettingSchema,
  majoritySettingSchema,
]);

export type RandomForestSetting = z.infer<typeof randomForestSettingSchema>;
export type ExtraTreesSetting = z.infer<typeof extraTreesSettingSchema>;
export type GradientBoostingSetting = z.infer<typeof gradientBoostingSettingSchema>;
export type MlRandomForestSetting = z.infer<typeof mlRandomForestSettingSchema>;
export type SvmSetting = z.infer<typeof svmSettingSchema>;
export type MlSvmSetting = z.infer<typeof mlSvmSettingSchema>;
export type DecisionTreeSetting = z.infer<typeof decisionTreeSettingSchema>;
export type LargestSegmentSetting = z.infer<typeof largestSegmentSettingSchema>;
export type TrialSetting = z.infer<typeof trialSettingSchema>;
export type ModelFamily = TrialSetting['family'];

/** All families. */
export const MODEL_FAMILIES = trialSettingSchema.options.map((option) => option.shape.family.value);

/** A setting with its number in the search, from 1. */
export interface TrialSpec {
  readonly trial: number;
  readonly setting: TrialSetting;
}

/**
 * Successive halving: every trial first gets a small part of its trees, rounds or rows, and only the best trials get
 * more.
 */
export const halvingConfigSchema = z.strictObject({
  /** One of this many trials gets this many times the budget next; 1: every trial gets its whole budget at once. */
  factor: z.int().min(1).max(10).default(3),
  /** Minimum part of the whole budget in the first step. */
  minShare: z
    .number()
    .gt(0)
    .max(1)
    .default(1 / 9),
  /** Minimum number of trials that get the whole budget; a search of fewer than twice as many is not halved. */
  finalists: z.int().min(1).max(100).default(3),
});

export type HalvingConfig = z.infer<typeof halvingConfigSchema>;

/** A step of a halved search. */
export interface Rung {
  /** Part of a setting's trees, rounds or rows; 1 in the last step. */
  readonly share: number;
  /** Maximum number of trials in the next step. */
  readonly keep: number;
}

/** Trials that compete with each other for budget, and their steps. */
export interface Bracket {
  readonly trials: readonly TrialSpec[];
  readonly rungs: readonly Rung[];
}

/** The first trials of a search. */
export interface FirstTrials extends Bracket {
  /** Each gets its whole budget at once, apart from the bracket. Searches of earlier versions have none. */
  readonly baselines?: readonly TrialSpec[];
}

/** Configuration of a search: the baselines, `trials` settings drawn at random from the families, then the listed settings. */
export const searchConfigSchema = z
  .strictObject({
    /**
     * The simplest first: of trials that the search cannot tell apart, the one of the earlier family is chosen. Default:
     * extra-trees first, because its random thresholds transfer better to sessions from other places than
     * cross-validation on one's own sessions can show. Baselines are tried once in every search and may be named.
     */
    families: z
      .array(z.enum([...searchRangesSchema.keyof().options, ...BASELINE_FAMILIES]))
      .min(1)
      .default(['extra-trees', 'random-forest', 'gradient-boosting']),
    /** Ranges of the random settings, by family; ranges not given keep their defaults. */
    ranges: searchRangesSchema.prefault({}),
    /** Number of settings drawn at random, shared evenly among the families that are no baselines. */
    trials: z.int().min(0).max(500).default(8),
    /** Further settings to try. */
    settings: z.array(trialSettingSchema).max(100).default([]),
    halving: halvingConfigSchema.prefault({}),
    /** Folds of the cross-validation, of whole groups (`split.foldsBy`); as many as groups if there are fewer. */
    folds: z.int().min(2).max(20).default(3),
    /** Trials that run at the same time. */
    parallelTrials: z.int().min(1).max(64).default(4),
    /**
     * Trials whose difference is at most this many standard errors cannot be told apart: a baseline is then preferred to
     * other families, and an earlier family to a later one; 0: the best score wins.
     */
    standardErrors: z.number().min(0).max(10).default(1),
    /** Maximum training rows of a trial, by capped family; the other families use all rows. */
    rowCap: z
      .strictObject({
        'ml-random-forest': rowCap.default(1500),
        'ml-svm': rowCap.default(800),
      })
      .prefault({}),
    /** Maximum attempts of one training if a worker or machine fails; a setting that cannot be trained is not retried. */
    maxAttempts: z.int().min(1).max(100).default(5),
    /** Trials not finished by then are cancelled, and the best of the others is chosen. Null: no limit. */
    timeLimitSeconds: z
      .int()
      .min(1)
      .max(30 * 86_400)
      .nullable()
      .default(null),
    /**
     * Expected mean time between changes of resolution. The longer, the more predictions are smoothed over neighbouring
     * windows. `auto`: as in the training sessions, at most 100. Null: no smoothing.
     */
    dwellSeconds: z
      .union([z.literal('auto'), z.number().min(1).max(86_400)], {
        error: 'expected "auto", a number of seconds, or null',
      })
      .nullable()
      .default('auto'),
    /**
     * Wanted share of wrong answers among those given: a window is unknown if its confidence is lower than needed for that,
     * on groups that the fit has not seen. 1: only windows unlike the training are unknown.
     */
    wrongShare: z.number().gt(0).max(1).default(0.2),
    /** Train a setting again even if the same code has trained it before, on the same rows, folds and seed. */
    force: z.boolean().default(false),
    /** The search fails when more than this share of its trials failed. */
    maxFailedShare: z.number().min(0).max(1).default(0.5),
    /** With failed trials, wait this long for a `retryTrials` update before the best model is chosen. */
    holdForRetrySeconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .default(0),
  })
  .refine(
    ({ families, trials, settings }) =>
      trials + settings.length > 0 || families.every((family) => isBaseline(family)),
    { error: 'give a number of trials, at least 1, or a list of settings', path: ['trials'] },
  );

export type SearchConfig = z.infer<typeof searchConfigSchema>;

/** Request of `addTrials`: settings drawn like those of the search, then the listed settings. */
export const moreTrialsSchema = z
  .strictObject({
    trials: z.int().min(0).max(500).default(0),
    settings: z.array(trialSettingSchema).max(100).default([]),
  })
  .refine(({ trials, settings }) => trials + settings.length > 0, {
    error: 'give a number of trials or a list of settings, such as {"trials": 10}',
  });

/** Request of `tuneModel`: a separate search on the training set of a run. */
export const tuneConfigSchema = z.strictObject({
  /** Id of the run whose sessions, features and split are used. */
  run: z.string().min(1),
  search: searchConfigSchema.prefault({}),
  /** Default: the run's seed. */
  seed: z.int().min(0).max(0x7fff_ffff).optional(),
});

export type TuneConfigInput = z.input<typeof tuneConfigSchema>;
