import { z } from 'zod';

/** A range of whole numbers, both ends included. */
const integers = (least: number, from: number, to: number) =>
  ascending(z.strictObject({ from: z.int().min(least), to: z.int().min(least) })).default({ from, to });

/** A range of positive numbers. */
const numbers = (from: number, to: number, most = Infinity) =>
  ascending(
    z.strictObject({ from: z.number().positive().max(most), to: z.number().positive().max(most) }),
  ).default({ from, to });

const weights = z
  .array(z.enum(['none', 'balanced']))
  .min(1)
  .default(['none', 'balanced']);

function ascending<Range extends z.ZodType<{ from: number; to: number }>>(range: Range): Range {
  return range.refine(({ from, to }) => from <= to, { error: 'from must not lie above to' });
}

const forestRanges = (leastShare: number, largestShare: number) =>
  z
    .strictObject({
      trees: integers(1, 100, 300),
      /** Log-uniform. */
      featureShare: numbers(leastShare, largestShare, 1),
      maxDepth: integers(1, 6, 40),
      /** Log-uniform. */
      minSamplesPerLeaf: integers(1, 1, 20),
      classWeights: weights,
    })
    .prefault({});

/**
 * Ranges that random settings are drawn from, by family; what a configuration does not name keeps its default. Those of
 * the two npm packages keep a trial of three folds at the row caps (1,500 rows x 40 features for the forest, 800 x 40 for
 * the machine) at 5 to 60 seconds of one core. Below C = 3 ml-svm's multipliers run away in about one of twelve
 * machines; below sigma = 0.3 every row resembles only itself.
 */
export const searchRangesSchema = z.strictObject({
  'random-forest': forestRanges(0.05, 0.5),
  /** Random thresholds choose among few good ones where a node looks at few features. */
  'extra-trees': forestRanges(0.2, 1),
  'gradient-boosting': z
    .strictObject({
      rounds: integers(1, 50, 200),
      /** Log-uniform. */
      learningRate: numbers(0.03, 0.3, 1),
      /** Log-uniform. */
      maxLeaves: integers(2, 5, 63),
      /** Log-uniform. */
      minSamplesPerLeaf: integers(1, 5, 60),
      /** Log-uniform. */
      l2: numbers(0.01, 10),
      featureShare: numbers(0.3, 1, 1),
      classWeights: weights,
    })
    .prefault({}),
  svm: z
    .strictObject({
      /** Log-uniform. */
      C: numbers(0.3, 100),
      /** Log-uniform. */
      gamma: numbers(0.05, 5),
      classWeights: weights,
    })
    .prefault({}),
  'ml-random-forest': z
    .strictObject({
      trees: integers(1, 10, 30),
      featureShare: numbers(0.15, 0.5, 1),
      maxDepth: integers(1, 6, 24),
      minSamplesPerLeaf: integers(1, 1, 5),
    })
    .prefault({}),
  'ml-svm': z
    .strictObject({
      /** Log-uniform. */
      C: numbers(3, 100),
      /** Log-uniform. */
      sigma: numbers(0.3, 3),
      maxIterations: z.int().min(1).default(3000),
    })
    .prefault({}),
});

export type SearchRanges = z.infer<typeof searchRangesSchema>;
