import type { SearchConfig, TrialSetting, TrialSpec } from '../../schemas/search.js';
import { createRandom, deriveSeed, type Random } from '../models/random.js';

/**
 * Ranges that the random settings are drawn from. Those of the two npm packages keep a trial of three folds at
 * the row caps (1,500 rows x 40 features for the forest, 800 x 40 for the machine) at 5 to 60 seconds of one
 * core. Below C = 3 ml-svm's multipliers run away in about one of twelve machines; below sigma = 0.3 every row
 * resembles only itself.
 */
export const SEARCH_RANGES = {
  'random-forest': {
    trees: { from: 100, to: 300 },
    /** Log-uniform. */
    featureShare: { from: 0.05, to: 0.5 },
    maxDepth: { from: 6, to: 40 },
    /** Log-uniform. */
    minSamplesPerLeaf: { from: 1, to: 20 },
    classWeights: ['none', 'balanced'],
  },
  'extra-trees': {
    trees: { from: 100, to: 300 },
    /** Log-uniform. */
    featureShare: { from: 0.05, to: 0.7 },
    maxDepth: { from: 6, to: 40 },
    /** Log-uniform. */
    minSamplesPerLeaf: { from: 1, to: 20 },
    classWeights: ['none', 'balanced'],
  },
  'gradient-boosting': {
    rounds: { from: 50, to: 200 },
    /** Log-uniform. */
    learningRate: { from: 0.03, to: 0.3 },
    /** Log-uniform. */
    maxLeaves: { from: 5, to: 63 },
    /** Log-uniform. */
    minSamplesPerLeaf: { from: 5, to: 60 },
    /** Log-uniform. */
    l2: { from: 0.01, to: 10 },
    featureShare: { from: 0.3, to: 1 },
    classWeights: ['none', 'balanced'],
  },
  'ml-random-forest': {
    trees: { from: 10, to: 30 },
    featureShare: { from: 0.15, to: 0.5 },
    maxDepth: { from: 6, to: 24 },
    minSamplesPerLeaf: { from: 1, to: 5 },
  },
  'ml-svm': {
    /** Log-uniform. */
    C: { from: 3, to: 100 },
    /** Log-uniform. */
    sigma: { from: 0.3, to: 3 },
    maxIterations: 3000,
  },
} as const;

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The trials of a search, numbered from 1: `trials` random settings, the families by turns, then the listed
 * settings. Each number's setting depends on the seed and the families only, so asking for more trials
 * keeps the earlier ones.
 */
export function drawTrials(search: SearchConfig, seed: number): TrialSpec[] {
  const drawn = Array.from({ length: search.trials }, (_, index) => {
    const family = search.families[index % search.families.length]!;
    const random = createRandom(deriveSeed(seed, `trial-${index + 1}`));
    return drawSetting(family, search.rowCap, random);
  });
  return [...drawn, ...search.settings].map((setting, index) => ({ trial: index + 1, setting }));
}

function drawSetting(
  family: SearchConfig['families'][number],
  rowCap: SearchConfig['rowCap'],
  random: Random,
): TrialSetting {
  switch (family) {
    case 'random-forest':
    case 'extra-trees': {
      const ranges = SEARCH_RANGES[family];
      return {
        family,
        trees: integerIn(ranges.trees, random),
        featureShare: rounded(logNumberIn(ranges.featureShare, random)),
        maxDepth: integerIn(ranges.maxDepth, random),
        minSamplesPerLeaf: Math.round(logNumberIn(ranges.minSamplesPerLeaf, random)),
        classWeights: oneOf(ranges.classWeights, random),
        bootstrap: family === 'random-forest',
      };
    }
    case 'gradient-boosting': {
      const ranges = SEARCH_RANGES[family];
      return {
        family,
        rounds: integerIn(ranges.rounds, random),
        learningRate: rounded(logNumberIn(ranges.learningRate, random)),
        maxLeaves: Math.round(logNumberIn(ranges.maxLeaves, random)),
        minSamplesPerLeaf: Math.round(logNumberIn(ranges.minSamplesPerLeaf, random)),
        l2: rounded(logNumberIn(ranges.l2, random)),
        featureShare: rounded(numberIn(ranges.featureShare, random)),
        classWeights: oneOf(ranges.classWeights, random),
      };
    }
    case 'ml-random-forest': {
      const ranges = SEARCH_RANGES[family];
      return {
        family,
        trees: integerIn(ranges.trees, random),
        featureShare: rounded(numberIn(ranges.featureShare, random)),
        maxDepth: integerIn(ranges.maxDepth, random),
        minSamplesPerLeaf: integerIn(ranges.minSamplesPerLeaf, random),
        rowCap: rowCap[family],
      };
    }
    case 'ml-svm': {
      const ranges = SEARCH_RANGES[family];
      return {
        family,
        C: rounded(logNumberIn(ranges.C, random)),
        sigma: rounded(logNumberIn(ranges.sigma, random)),
        maxIterations: ranges.maxIterations,
        rowCap: rowCap[family],
      };
    }
  }
}

function oneOf<Choice>(choices: readonly Choice[], random: Random): Choice {
  return choices[random.integer(choices.length)]!;
}

function integerIn({ from, to }: Range, random: Random): number {
  return from + random.integer(to - from + 1);
}

function numberIn({ from, to }: Range, random: Random): number {
  return from + (to - from) * random.uniform();
}

function logNumberIn({ from, to }: Range, random: Random): number {
  return Math.exp(numberIn({ from: Math.log(from), to: Math.log(to) }, random));
}

/** Three significant digits: settings that a person can read and type again. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
