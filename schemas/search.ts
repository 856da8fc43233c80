import { z } from 'zod';

/** Rows above which a family samples its training rows (by whole rows, seeded) and says so. */
const rowCap = z.int().min(2);

export const randomForestSettingSchema = z.strictObject({
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
  svmSettingSchema,
  majoritySettingSchema,
]);

export type RandomForestSetting = z.infer<typeof randomForestSettingSchema>;
export type SvmSetting = z.infer<typeof svmSettingSchema>;
export type TrialSetting = z.infer<typeof trialSettingSchema>;
export type ModelFamily = TrialSetting['family'];

/** A setting with its number in the search, from 1. */
export interface TrialSpec {
  readonly trial: number;
  readonly setting: TrialSetting;
}

/** What the search tries: `trials` settings drawn at random from the families, then the listed settings. */
export const searchConfigSchema = z.strictObject({
  families: z
    .array(z.enum(['ml-random-forest', 'ml-svm']))
    .min(1)
    .default(['ml-random-forest', 'ml-svm']),
  /** Settings drawn at random, shared evenly among the families. */
  trials: z.int().min(0).max(500).default(8),
  /** Settings tried besides, as given. */
  settings: z.array(trialSettingSchema).max(100).default([]),
  /** Folds of the cross-validation, grouped by session. */
  folds: z.int().min(2).max(20).default(3),
  /** Trials that run at the same time. */
  parallelTrials: z.int().min(1).max(64).default(4),
  /** Rows that a trial of each family may train on. */
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
