import type { ExtraTreesSetting, RandomForestSetting } from '../../../../schemas/search.js';
import type { FitInput, FitResult } from '../../fitted-model.js';
import { deriveSeed } from '../../random.js';
import { createTreeModel } from '../tree-model.js';
import { forestData } from './forest-data.js';
import { growClassificationTree, type GrownTree } from './grow-classification-tree.js';
import type { TreeRules } from './tree-rules.js';

/**
 * A forest of classification trees: `random-forest` (Breiman 2001) or `extra-trees` (Geurts, Ernst and
 * Wehenkel 2006). Probabilities are means of the leaves' class shares. Each tree has a seed of its own, so
 * the forest does not depend on who grows which tree in which order.
 */
export function fitForest(setting: RandomForestSetting | ExtraTreesSetting, input: FitInput): FitResult {
  const { features, labels, classCount, seed, signal, onProgress } = input;
  const data = forestData(input, setting.classWeights);
  const rules = treeRules(setting, features.columns);
  const grown: GrownTree[] = [];
  for (let tree = 0; tree < setting.trees; tree++) {
    signal?.throwIfAborted();
    grown.push(growClassificationTree(data, rules, deriveSeed(seed, `tree-${tree}`)));
    onProgress?.(tree + 1, setting.trees);
  }
  const importances = Array.from(
    { length: features.columns },
    (_, column) => grown.reduce((sum, tree) => sum + tree.importances[column]!, 0) / grown.length,
  );
  const model = createTreeModel(
    setting.family,
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
  return { model, warnings: [] };
}

/** The rules that a setting gives for a number of features; the default share is the square root of the number. */
export function treeRules(setting: RandomForestSetting | ExtraTreesSetting, columns: number): TreeRules {
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
