import type { TrialSetting } from '../../schemas/search.js';
import { VqiError } from '../../common/vqi-error.js';

/** A setting that could not be fitted on the rows given; trying again changes nothing. */
export class EstimatorError extends VqiError {
  override readonly name = 'EstimatorError';
  override readonly retry = 'never';

  constructor(
    readonly setting: TrialSetting,
    readonly reason: string,
  ) {
    super(`${describeSetting(setting)}: ${reason}`);
  }
}

/** One line that names a setting, such as `ml-svm (C 1, sigma 0.5, maxIterations 1000, rowCap 800)`. */
export function describeSetting(setting: TrialSetting): string {
  const { family, ...parameters } = setting;
  const listed = Object.entries(parameters).map(([name, value]) => `${name} ${String(value)}`);
  return listed.length === 0 ? family : `${family} (${listed.join(', ')})`;
}
