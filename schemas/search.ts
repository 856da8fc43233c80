import { z } from 'zod';
import { searchRangesSchema } from './search-space.js';

/** Rows above which a family samples its training rows (by whole rows, seeded) and says so. */
const rowCap = z.int().min(2);

/** `balanced` gives every class the same weight in sum. */
const classWeights = z.enum(['none', 'balanced']).default('none');

const forestShape = {
  trees: z.int().min(1).max(2000).default(100),
  /** Share of the features that a node looks at, drawn anew for each; `sqrt`: the square root of their number. */
  featureShare: z.union([z.literal('sqrt'), z.number().gt(0).max(1)]).default('sqrt'),
  maxDepth: z.int().min(1).max(200).default(64),
  minSamplesPerLeaf: z.int().min(1).max(1_000_000).default(1),
  classWeights,
};

/** The project's own forest: the best threshold of each feature that a node looks at. */
export const randomForestSettingSchema = z.strictObject({
  family: z.literal('random-forest'),
  ...forestShape,
  /** Whether each tree sees a sample drawn with replacement, or all rows. */
  bootstrap: z.boolean().default(true),
});

/** Trees with thresholds drawn at random. */
export const extraTreesSettingSchema = z.strictObject({
  family: z.literal('extra-trees'),
  ...forestShape,
  bootstrap: z.boolean().default(false),
});

/** Rounds of small trees, each of which corrects the sum of those before it. */
export const gradientBoostingSettingSchema = z.strictObject({
  family: z.literal('gradient-boosting'),
  /** Each round has a tree for every class; one tree where there are two classes. */
  rounds: z.int().min(1).max(5000).default(100),
  learningRate: z.number().gt(0).max(1).default(0.1),
  maxLeaves: z.int().min(2).max(255).default(31),
  /** Rows of a leaf at least, as estimated from its weight. */
  minSamplesPerLeaf: z.int().min(1).max(1_000_000).default(20),
  /** Added to the weight of every leaf: draws its value towards 0. */
  l2: z.number().min(0).max(1e6).default(0),
  /** Share of the features that a round's trees look at. */
  featureShare: z.number().gt(0).max(1).default(1),
  classWeights,
});

/** The trees of the npm package ml-random-forest. */
export const mlRandomForestSettingSchema = z.strictObject({
  family: z.literal('ml-random-forest'),
  trees: z.int().min(1).max(500),
  /** Share of the features each tree sees. */
  featureShare: z.number().gt(0).max(1),
  maxDepth: z.int().min(1).max(64),
  minSamplesPerLeaf: z.int().min(1),
  rowCap,
});

/** The machines of the npm package ml-svm. */
export const mlSvmSettingSchema = z.strictObject({
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
  /** Kernel exp(-gamma d² / columns) between standardised rows: 1 is what scikit-learn calls `scale`. */
  gamma: z.number().positive().default(1),
  /** Violation of the optimality conditions at which the solver stops; libsvm's default. */
  tolerance: z.number().gt(0).max(0.1).default(1e-3),
  classWeights,
  /** For distances and kernel, eight bytes a pair of rows: 512 MiB hold 8,192 rows; of more rows a sample is taken. */
  memoryMiB: z.int().min(1).max(65_536).default(512),
});

/** Baseline: one decision tree, all features looked at in every node. */
export const decisionTreeSettingSchema = z.strictObject({
  family: z.literal('decision-tree'),
  maxDepth: z.int().min(1).max(200).default(3),
  minSamplesPerLeaf: z.int().min(1).max(1_000_000).default(1),
  classWeights,
});

/** Baseline: the rung by the largest segment of late alone; the larger the segment, the higher the rung. */
export const largestSegmentSettingSchema = z.strictObject({ family: z.literal('largest-segment') });

/** Answers the shares of the classes in the training rows, whatever the input. */
export const majoritySettingSchema = z.strictObject({ family: z.literal('majority') });

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

/** Every family that a setting can name. */
export const MODEL_FAMILIES = trialSettingSchema.options.map((option) => option.shape.family.value);

/** A setting with its number in the search, from 1. */
export interface TrialSpec {
  readonly trial: number;
  readonly setting: TrialSetting;
}

/**
 * Successive halving: every trial first gets a small part of its trees, rounds or rows, and only the best go on to more.
 */
export const halvingConfigSchema = z.strictObject({
  /** One of this many trials goes on to this many times the budget; 1: every trial gets its whole budget at once. */
  factor: z.int().min(1).max(10).default(3),
  /** Part of the whole budget that the first step gives, at least. */
  minShare: z
    .number()
    .gt(0)
    .max(1)
    .default(1 / 9),
  /** Trials that get the whole budget, at least; a search of fewer than twice as many is not halved. */
  finalists: z.int().min(1).max(100).default(3),
});

export type HalvingConfig = z.infer<typeof halvingConfigSchema>;

/** A step of a halved search. */
export interface Rung {
  /** Part of a setting's trees, rounds or rows; 1 in the last step. */
  readonly share: number;
  /** Trials that go on to the next step, at most. */
  readonly keep: number;
}

/** Trials that compete with each other for budget, and the steps that they climb. */
export interface Bracket {
  readonly trials: readonly TrialSpec[];
  readonly rungs: readonly Rung[];
}

/** What the search tries: `trials` settings drawn at random from the families, then the listed settings. */
export const searchConfigSchema = z.strictObject({
  /**
   * Those named first are preferred: extra-trees, whose random thresholds carry over to sessions of other places better
   * than folds of one's own sessions can tell.
   */
  families: z
    .array(z.enum(['random-forest', 'extra-trees', 'gradient-boosting', 'svm', 'ml-random-forest', 'ml-svm']))
    .min(1)
    .default(['extra-trees', 'random-forest', 'gradient-boosting']),
  /** What the random settings are drawn from, by family; what is not named keeps its default. */
  ranges: searchRangesSchema.prefault({}),
  /** Settings drawn at random, shared evenly among the families. */
  trials: z.int().min(0).max(500).default(8),
  /** Settings tried besides, as given. */
  settings: z.array(trialSettingSchema).max(100).default([]),
  halving: halvingConfigSchema.prefault({}),
  /** Folds of the cross-validation, grouped by session. */
  folds: z.int().min(2).max(20).default(3),
  /** Trials that run at the same time. */
  parallelTrials: z.int().min(1).max(64).default(4),
  /** A family named earlier is taken though a later one scores higher, by up to so many standard errors; 0: the score decides. */
  standardErrors: z.number().min(0).max(10).default(1),
  /** Rows that a trial of a capped family may train on; the others take all. */
  rowCap: z
    .strictObject({
      'ml-random-forest': rowCap.default(1500),
      'ml-svm': rowCap.default(800),
    })
    .prefault({}),
  /** Attempts of one training when a worker is lost or the machine fails; a setting that cannot be trained has one. */
  maxAttempts: z.int().min(1).max(100).default(5),
  /** Trials that are not done by then are cancelled, and the best of the others is taken. Null: no limit. */
  timeLimitSeconds: z
    .int()
    .min(1)
    .max(30 * 86_400)
    .nullable()
    .default(null),
  /**
   * Mean time that a resolution plays before it changes, as is expected. The longer, the more the windows beside speak
   * for a window. `auto`: as in the training sessions, at most 100. Null: each is judged by itself.
   */
  dwellSeconds: z
    .union([z.literal('auto'), z.number().min(1).max(86_400)], {
      error: 'expected "auto", a number of seconds, or null',
    })
    .nullable()
    .default('auto'),
  /** Train again what was trained before by the same code, on the same rows, with the same setting, folds and seed. */
  force: z.boolean().default(false),
  /** The search fails when more than this share of its trials failed. */
  maxFailedShare: z.number().min(0).max(1).default(0.5),
  /** With failed trials, wait this long for a `retryTrials` update before the best model is chosen. */
  holdForRetrySeconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(0),
});

export type SearchConfig = z.infer<typeof searchConfigSchema>;

/** What `addTrials` is asked: settings drawn as those of the search, then the listed ones. */
export const moreTrialsSchema = z
  .strictObject({
    trials: z.int().min(0).max(500).default(0),
    settings: z.array(trialSettingSchema).max(100).default([]),
  })
  .refine(({ trials, settings }) => trials + settings.length > 0, {
    error: 'ask for trials or list settings: {"trials": 10}',
  });

export type MoreTrials = z.infer<typeof moreTrialsSchema>;

/** What `tuneModel` is asked: a search of its own on the training set of a run. */
export const tuneConfigSchema = z.strictObject({
  /** Id of the run whose sessions, features and split are used. */
  run: z.string().min(1),
  search: searchConfigSchema.prefault({}),
  /** Default: that of the run. */
  seed: z.int().min(0).max(0x7fff_ffff).optional(),
});

export type TuneConfigInput = z.input<typeof tuneConfigSchema>;
