import type {
  DecisionTreeSetting,
  ExtraTreesSetting,
  RandomForestSetting,
} from '../../../../schemas/search.js';
import { LONE_CREW } from '../../../fitting/fit-crew.js';
import type { FitInput, FitResult, FittedModel } from '../../../fitting/fitted-model.js';
import { createTreeModel, type TreeFamily } from '../tree-model.js';
import { forestData } from './forest-data.js';
import { FOREST_TREES, type GrownTree, type TreeRules } from './grow-classification-tree.js';

type ForestSetting = RandomForestSetting | ExtraTreesSetting;

/** One tree on all rows and all features: a baseline that a person can read. */
export function fitDecisionTree(setting: DecisionTreeSetting, input: FitInput): FitResult {
  const data = forestData(input, setting.classWeights);
  const rules: TreeRules = {
    featuresPerNode: input.features.columns,
    maxDepth: setting.maxDepth,
    minSamplesPerLeaf: setting.minSamplesPerLeaf,
    bootstrap: false,
    thresholds: 'best',
  };
  const grown = FOREST_TREES.prepare({ data, rules, seed: input.seed })(0);
  return { model: forestModel(setting.family, [grown], input), warnings: [] };
}

/**
 * A forest of classification trees: `random-forest` (Breiman 2001) or `extra-trees` (Geurts, Ernst and Wehenkel 2006).
 * Probabilities are means of the leaves' class shares. Each tree has its own seed, so the forest does not depend on
 * which thread grows which tree in which order.
 */
export function fitForest(setting: ForestSetting, input: FitInput): FitResult {
  const { features, seed, crew = LONE_CREW, signal, onProgress } = input;
  const data = forestData(input, setting.classWeights);
  const rules = treeRules(setting, features.columns);
  const team = crew.team(FOREST_TREES, { data, rules, seed });
  try {
    const grown = team.run(0, setting.trees, { signal, onProgress });
    return { model: forestModel(setting.family, grown, input), warnings: [] };
  } finally {
    team.end();
  }
}

/** The model that averages the trees. */
function forestModel(family: TreeFamily, grown: readonly GrownTree[], input: FitInput): FittedModel {
  const { features, labels, classCount } = input;
  const importances = Array.from(
    { length: features.columns },
    (_, column) => grown.reduce((sum, tree) => sum + tree.importances[column]!, 0) / grown.length,
  );
  return createTreeModel(
    family,
    {
      kind: 'mean',
      classCount,
      trees: grown.map(({ tree }) => tree),
      present: [...new Set(labels)].sort((left, right) => left - right),
      scored: [],
      baseScores: [],
      importances,
    },
    features.featureNames,
  );
}

/** The rules of a setting for a number of features; `sqrt` is the square root of that number, rounded down. */
export function treeRules(setting: ForestSetting, columns: number): TreeRules {
  const features =
    setting.featureShare === 'sqrt'
      ? Math.floor(Math.sqrt(columns))
      : Math.round(setting.featureShare * columns);
  return {
    featuresPerNode: Math.max(1, features),
    maxDepth: setting.maxDepth,
    minSamplesPerLeaf: setting.minSamplesPerLeaf,
    bootstrap: setting.bootstrap,
    thresholds: setting.family === 'random-forest' ? 'best' : 'random',
  };
}
