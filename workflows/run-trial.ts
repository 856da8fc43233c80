import { setCurrentDetails } from '@temporalio/workflow';
import type { TrainTrialInput, TrialScore } from '../activities/computing/trials.js';
import { settingText } from '../common/setting-text.js';
import { computing } from './activity-options.js';
import { bindToWarehouse } from './bind-to-warehouse.js';
import { failureReason } from './failure-reason.js';

export interface RunTrialInput extends TrainTrialInput {
  /** Attempts if a worker is lost or the machine fails. */
  readonly maxAttempts: number;
}

/**
 * Scores one hyperparameter setting by cross-validation grouped by session. A setting that cannot be trained fails the
 * workflow; the search that started the trial records the failure and its reason.
 */
export async function runTrial({ maxAttempts, ...input }: RunTrialInput): Promise<TrialScore> {
  await bindToWarehouse();
  try {
    const score = await computing.trainTrial.executeWithOptions(
      {
        summary: settingText(input.spec.setting, input.share),
        retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: maxAttempts },
      },
      [input],
    );
    const reused = score.reused ? ', reused from an earlier training' : '';
    setCurrentDetails(`macro-F1 ${score.macroF1.toFixed(3)}, accuracy ${score.accuracy.toFixed(3)}${reused}`);
    return score;
  } catch (error) {
    setCurrentDetails(`failed: ${failureReason(error)}`);
    throw error;
  }
}
