import { isCancellation, setCurrentDetails } from '@temporalio/workflow';
import type { TrainTrialInput, TrialScore } from '../activities/trials.js';
import { computing, warehouse } from './activity-options.js';
import { failureReason } from './failure-reason.js';

export interface RunTrialInput extends TrainTrialInput {
  readonly runId: string;
  /** How often this trial was started, this time included. */
  readonly runs: number;
}

/**
 * Scores one hyperparameter setting by cross-validation grouped by session, and records it in `trials`. A setting
 * that cannot be trained is recorded with its reason, and the workflow fails with it.
 */
export async function runTrial({ runId, runs, ...input }: RunTrialInput): Promise<TrialScore> {
  const { spec } = input;
  try {
    const score = await computing.trainTrial.executeWithOptions(
      { summary: `${spec.setting.family}, ${input.folds} folds` },
      [input],
    );
    await warehouse.recordTrial.executeWithOptions({ summary: `macro-F1 ${score.macroF1.toFixed(3)}` }, [
      { runId, spec, runs, outcome: { state: 'completed', score } },
    ]);
    setCurrentDetails(`macro-F1 ${score.macroF1.toFixed(3)}, accuracy ${score.accuracy.toFixed(3)}`);
    return score;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const reason = failureReason(error);
    await warehouse.recordTrial.executeWithOptions({ summary: 'record the failure' }, [
      { runId, spec, runs, outcome: { state: 'failed', reason } },
    ]);
    setCurrentDetails(`failed: ${reason}`);
    throw error;
  }
}
