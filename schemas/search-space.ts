import { z } from 'zod';

/** Limits of hyperparameters, both ends included: of the settings, and so of the ranges that settings are drawn from. */
export const LIMITS = {
  trees: [1, 2000],
  maxDepth: [1, 200],
  minSamplesPerLeaf: [1, 1_000_000],
  rounds: [1, 5000],
  maxLeaves: [2, 255],
  l2: [0, 1e6],
  /** Of the npm package ml-random-forest. */
  mlTrees: [1, 500],
  mlMaxDepth: [1, 64],
} as const;

/** How a random setting draws a hyperparameter from its range; `fixed` takes the configured value. */
export type Distribution =
  'uniform' | 'log-uniform' | 'uniform integer' | 'log-uniform integer' | 'choice' | 'fixed';

/** The distribution of each hyperparameter in `searchRangesSchema`, by its schema. */
export const SEARCH_DISTRIBUTIONS = z.registry<{ readonly distribution: Distribution }>();

/** A range of integers, both ends included, within the limits that a setting of the family has. */
const integers = (
  distribution: 'uniform integer' | 'log-uniform integer',
  [least, most]: readonly [least: number, most: number],
  from: number,
  to: number,
) => range(distribution, z.int().min(least).max(most), from, to);

/** A range of positive numbers. */
const numbers = (distribution: 'uniform' | 'log-uniform', from: number, to: number, most = Infinity) =>
  range(distribution, z.number().positive().max(most), from, to);

function range(distribution: Distribution, bound: z.ZodNumber, from: number, to: number) {
  return z
    .strictObject({ from: bound, to: bound })
    .refine((bounds) => bounds.from <= bounds.to, { error: 'from must not be greater than to' })
    .default({ from, to })
    .register(SEARCH_DISTRIBUTIONS, { distribution });
}

const classWeights = z
  .array(z.enum(['none', 'balanced']))
  .min(1)
  .default(['none', 'balanced'])
  .register(SEARCH_DISTRIBUTIONS, { distribution: 'choice' });

const forestRanges = (leastShare: number, largestShare: number) =>
  z
    .strictObject({
      trees: integers('uniform integer', LIMITS.trees, 100, 300),
      featureShare: numbers('log-uniform', leastShare, largestShare, 1),
      maxDepth: integers('uniform integer', LIMITS.maxDepth, 6, 40),
      minSamplesPerLeaf: integers('log-uniform integer', LIMITS.minSamplesPerLeaf, 1, 20),
      classWeights,
    })
    .prefault({});

/**
 * Families that a search can draw from: for each hyperparameter its distribution, its limits and its default range, in the
 * order of drawing. A hyperparameter that is not listed has the default of the family's setting. The ranges of the two npm
 * packages keep a trial of three folds at the row caps (1,500 rows x 40 features for the forest, 800 x 40 for the SVM) at 5
 * to 60 seconds on one core. Below C = 3 the multipliers of ml-svm diverge in about one of twelve machines; below sigma =
 * 0.3 every row is similar only to itself.
 */
export const searchRangesSchema = z.strictObject({
  'random-forest': forestRanges(0.05, 0.5),
  /** Random thresholds need more features per node: with few of them, few thresholds are good. */
  'extra-trees': forestRanges(0.2, 1),
  'gradient-boosting': z
    .strictObject({
      rounds: integers('uniform integer', LIMITS.rounds, 50, 200),
      learningRate: numbers('log-uniform', 0.03, 0.3, 1),
      maxLeaves: integers('log-uniform integer', LIMITS.maxLeaves, 5, 63),
      minSamplesPerLeaf: integers('log-uniform integer', LIMITS.minSamplesPerLeaf, 5, 60),
      l2: numbers('log-uniform', 0.01, 10, LIMITS.l2[1]),
      featureShare: numbers('uniform', 0.3, 1, 1),
      classWeights,
    })
    .prefault({}),
  svm: z
    .strictObject({
      C: numbers('log-uniform', 0.3, 100),
      gamma: numbers('log-uniform', 0.05, 5),
      classWeights,
    })
    .prefault({}),
  'ml-random-forest': z
    .strictObject({
      trees: integers('uniform integer', LIMITS.mlTrees, 10, 30),
      featureShare: numbers('uniform', 0.15, 0.5, 1),
      maxDepth: integers('uniform integer', LIMITS.mlMaxDepth, 6, 24),
      minSamplesPerLeaf: integers('uniform integer', LIMITS.minSamplesPerLeaf, 1, 5),
    })
    .prefault({}),
  'ml-svm': z
    .strictObject({
      C: numbers('log-uniform', 3, 100),
      sigma: numbers('log-uniform', 0.3, 3),
      maxIterations: z.int().min(1).default(3000).register(SEARCH_DISTRIBUTIONS, { distribution: 'fixed' }),
    })
    .prefault({}),
});
