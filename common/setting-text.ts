import { percentText } from './percent-text.js';
/**
 * One line that names a setting and its share of the budget, such as
 * `ml-svm (C 1, sigma 0.5, maxIterations 1000, rowCap 800), 33 % of its budget`.
 */
export function settingText(setting: { readonly family: string }, share = 1): string {
  const { family, ...parameters } = setting;
  const listed = Object.entries(parameters).map(([name, value]) => `${name} ${String(value)}`);
  const named = listed.length === 0 ? family : `${family} (${listed.join(', ')})`;
  return share < 1 ? `${named}, ${percentText(share)} of its budget` : named;
}
