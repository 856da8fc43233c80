import type { TrialSetting } from '../schemas/search.js';

/** One line that names a setting and the part of its budget it has: `extra-trees, trees 200, maxDepth 9, budget 33 %`. */
export function describeSetting(setting: TrialSetting, share: number): string {
  const { family, ...parameters } = setting;
  const values = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const budget = share < 1 ? [`budget ${Math.round(share * 100)} %`] : [];
  return [family, ...values, ...budget].join(', ');
}
