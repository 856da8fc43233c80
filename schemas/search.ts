import { z } from 'zod';

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

export const svmSettingSchema = z.strictObject({
  family: z.literal('ml-svm'),
  /** Cost of a margin violation. */
  C: z.number().positive(),
  /** Width of the Gaussian kernel, in units of standardised features times the square root of their number. */
  sigma: z.number().positive(),
  maxIterations: z.int().min(1),
  rowCap,
});

/** Answers the shares of the classes in the training rows, whatever the input. */
export const majoritySettingSchema = z.strictObject({ family: z.literal('majority') });

/** One hyperparameter setting of one model family. */
export const trialSettingSchema = z.discriminatedUnion('family', [
  randomForestSettingSchema,
  extraTreesSettingSchema,
  gradientBoostingSettingSchema,
  mlRandomForestSettingSchema,
  svmSettingSchema,
  majoritySettingSchema,
]);

export type RandomForestSetting = z.infer<typeof randomForestSettingSchema>;
export type ExtraTreesSetting = z.infer<typeof extraTreesSettingSchema>;
export type GradientBoostingSetting = z.infer<typeof gradientBoostingSettingSchema>;
export type MlRandomForestSetting = z.infer<typeof mlRandomForestSettingSchema>;
export type SvmSetting = z.infer<typeof svmSettingSchema>;
export type TrialSetting = z.infer<typeof trialSettingSchema>;
export type ModelFamily = TrialSetting['family'];

/** Every family that a setting can name. */
export const MODEL_FAMILIES = trialSettingSchema.options.map((option) => option.shape.family.value);

/** A setting with its number in the search, from 1. */
export interface TrialSpec {
  readonly trial: number;
  readonly setting: TrialSetting;
}

/** What the search tries: `trials` settings drawn at random from the families, then the listed settings. */
export const searchConfigSchema = z.strictObject({
  families: z
    .array(z.enum(['random-forest', 'extra-trees', 'gradient-boosting', 'ml-random-forest', 'ml-svm']))
    .min(1)
    .default(['random-forest', 'extra-trees', 'gradient-boosting']),
  /** Settings drawn at random, shared evenly among the families. */
  trials: z.int().min(0).max(500).default(8),
  /** Settings tried besides, as given. */
  settings: z.array(trialSettingSchema).max(100).default([]),
  /** Folds of the cross-validation, grouped by session. */
  folds: z.int().min(2).max(20).default(3),
  /** Trials that run at the same time. */
  parallelTrials: z.int().min(1).max(64).default(4),
  /** Rows that a trial of a capped family may train on; the others take all. */
  rowCap: z
    .strictObject({
      'ml-random-forest': rowCap.default(1500),
      'ml-svm': rowCap.default(800),
    })
    .prefault({}),
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
