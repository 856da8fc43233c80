import { settingText } from '../../common/setting-text.js';
import { VqiError } from '../../common/vqi-error.js';
import type { TrialSetting } from '../../schemas/search.js';

/** A setting cannot be fitted on the given rows; a retry does not help. */
export class EstimatorError extends VqiError {
  override readonly name = 'EstimatorError';
  override readonly retry = 'never';

  constructor(
    readonly setting: TrialSetting,
    readonly reason: string,
  ) {
    super(`${settingText(setting)}: ${reason}`);
  }
}
