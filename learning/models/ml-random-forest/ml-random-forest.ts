import { RandomForestClassifier } from 'ml-random-forest';
import { z } from 'zod';
import { createRandom, deriveSeed } from '../../../common/random.js';
import type { MlRandomForestSetting } from '../../../schemas/search.js';
import { assertFeatureNames, takeAt, takeRows } from '../../fitting/feature-matrix.js';
import type { FitInput, FitResult, FittedModel } from '../../fitting/fitted-model.js';
import { columnMedians, imputeMedians } from '../../fitting/imputation.js';
import { bootstrapRows, stratifiedSample } from '../../fitting/row-sample.js';
import { compactTrees, compactTreeSchema, voteOf, type CompactTree } from './compact-tree.js';

/**
 * Training rows of one tree. The package tries every change of label as a threshold and recounts the node for each, so
 * that a tree costs the square of its rows: 500 rows instead of 1,500 cost a fifth and voted as well.
 */
const ROWS_PER_TREE = 500;

const forestJsonSchema = z.strictObject({
  classCount: z.int().min(1),
  medians: z.array(z.number()),
  trees: z.array(compactTreeSchema).min(1),
});

interface Forest {
  readonly classCount: number;
  readonly medians: readonly number[];
  readonly trees: readonly CompactTree[];
}

/**
 * A forest of ml-random-forest's trees. Probabilities are shares of the trees' votes, because the package's own
 * `predictProbability` does not sum to 1.
 *
 * How the package (2.1.0, source read and tested) uses its options: `maxFeatures` is drawn once per tree, not per
 * node; it is a share if at most 1 (rounded down) and a count otherwise. `replacement` applies to features, not rows.
 * The bootstrap of rows has no size option, so each tree gets its own rows here and `useSampleBagging` is off.
 * `minNumSamples` is not the minimum of a leaf: a node of that many rows or fewer is not split. `minSamplesPerLeaf` m
 * therefore becomes 2m - 1, the largest node that has no split into two leaves of m. `gainThreshold` defaults to 0.01,
 * which stops most trees after few splits; it is 0 here.
 */
export function fitMlRandomForest(setting: MlRandomForestSetting, input: FitInput): FitResult {
  const { classCount, features, signal } = input;
  const sample = stratifiedSample(
    input.labels,
    classCount,
    setting.rowCap,
    deriveSeed(input.seed, 'row-cap'),
  );
  const matrix = takeRows(features, sample);
  const labels = takeAt(input.labels, sample);
  const medians = columnMedians(matrix);
  const values = imputeMedians(matrix, medians);
  const { columns } = features;
  const rowsPerTree = Math.min(sample.length, ROWS_PER_TREE);

  const trees: CompactTree[] = [];
  for (let tree = 0; tree < setting.trees; tree++) {
    signal?.throwIfAborted();
    const seed = deriveSeed(input.seed, `tree-${tree}`);
    const rows = bootstrapRows(sample.length, rowsPerTree, createRandom(seed));
    const forest = new RandomForestClassifier({
      nEstimators: 1,
      maxFeatures: packageShare(setting.featureShare, columns),
      replacement: false,
      useSampleBagging: false,
      noOOB: true,
      seed: seed | 0,
      treeOptions: {
        maxDepth: setting.maxDepth,
        minNumSamples: 2 * setting.minSamplesPerLeaf - 1,
        gainThreshold: 0,
      },
    });
    forest.train(
      Array.from(rows, (row) => Array.from(values.subarray(row * columns, (row + 1) * columns))),
      Array.from(rows, (row) => labels[row]!),
    );
    trees.push(...compactTrees(forest.toJSON()));
    input.onProgress?.(tree + 1, setting.trees);
  }

  return {
    model: createForest({ classCount, medians: [...medians], trees }, features.featureNames),
    warnings: samplingWarnings(features.rows, sample.length, rowsPerTree),
  };
}

/** Reads the model that `toJson()` wrote; throws ZodError for anything else. */
export function mlRandomForestFromJson(json: unknown, featureNames: readonly string[]): FittedModel {
  return createForest(forestJsonSchema.parse(json), featureNames);
}

function createForest(forest: Forest, featureNames: readonly string[]): FittedModel {
  const { classCount, trees } = forest;
  const medians = Float64Array.from(forest.medians);
  return {
    family: 'ml-random-forest',
    featureNames,
    classCount,
    predictProbabilities: (features) => {
      assertFeatureNames(featureNames, features);
      const values = imputeMedians(features, medians);
      const probabilities = new Float64Array(features.rows * classCount);
      for (let row = 0; row < features.rows; row++) {
        for (const tree of trees) {
          const vote = voteOf(tree, values, row * features.columns);
          probabilities[row * classCount + vote]!++;
        }
      }
      return probabilities.map((votes) => votes / trees.length);
    },
    toJson: () => forest,
  };
}

/**
 * The share that gives the intended count: the package rounds `share x columns` down and treats numbers above 1 as
 * counts.
 */
function packageShare(featureShare: number, columns: number): number {
  const count = Math.max(1, Math.round(featureShare * columns));
  return count >= columns ? 1 : (count + 0.5) / columns;
}

function samplingWarnings(rows: number, sampled: number, rowsPerTree: number): string[] {
  const capped =
    sampled < rows ? [`ml-random-forest was trained on ${sampled} of ${rows} rows (row cap)`] : [];
  const split =
    rowsPerTree < sampled
      ? [`each tree of ml-random-forest was trained on ${rowsPerTree} rows drawn from ${sampled}`]
      : [];
  return [...capped, ...split];
}
