import {
  svmSettingSchema,
  type SearchConfig,
  type TrialSetting,
  type TrialSpec,
} from '../../schemas/search.js';
import { createRandom, deriveSeed, type Random } from '../../common/random.js';

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Trials of a search, numbered from `first`: `count` random settings, the families by turns, then the listed settings.
 * Each number's setting depends on seed, families and ranges only, so asking for more trials keeps the earlier ones.
 */
export function drawTrials(
  search: Pick<SearchConfig, 'families' | 'ranges' | 'rowCap'>,
  seed: number,
  { trials: count, settings }: Pick<SearchConfig, 'trials' | 'settings'>,
  first = 1,
): TrialSpec[] {
  const drawn = Array.from({ length: count }, (_, index) => {
    const trial = first + index;
    const family = search.families[(trial - 1) % search.families.length]!;
    return drawSetting(family, search, createRandom(deriveSeed(seed, `trial-${trial}`)));
  });
  return [...drawn, ...settings].map((setting, index) => ({ trial: first + index, setting }));
}

function drawSetting(
  family: SearchConfig['families'][number],
  { ranges: all, rowCap }: Pick<SearchConfig, 'ranges' | 'rowCap'>,
  random: Random,
): TrialSetting {
  switch (family) {
    case 'random-forest':
    case 'extra-trees': {
      const ranges = all[family];
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
      const ranges = all[family];
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
    case 'svm': {
      const ranges = all[family];
      return svmSettingSchema.parse({
        family,
        C: rounded(logNumberIn(ranges.C, random)),
        gamma: rounded(logNumberIn(ranges.gamma, random)),
        classWeights: oneOf(ranges.classWeights, random),
      });
    }
    case 'ml-random-forest': {
      const ranges = all[family];
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
      const ranges = all[family];
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
