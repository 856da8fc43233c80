import { countText } from '../../common/count-text.js';
import { DatasetError } from '../../common/dataset-error.js';
import type { EvaluationFacts } from '../../warehouse/features/inference-set.js';

/** Most sessions that a warning names. */
const MOST_NAMES = 5;

/**
 * Warnings about the data of an evaluation.
 * @param areTrainedKnown whether the captures that the model was trained on are known
 * @throws DatasetError if there is nothing to evaluate on
 */
export function evaluationWarnings(
  { windows, trainedSessions, silentSessions, unknownRungs }: EvaluationFacts,
  areTrainedKnown: boolean,
): string[] {
  const warnings: string[] = [];
  if (!areTrainedKnown) {
    warnings.push(
      'the model was trained on a dataset without capture names: some of these sessions may have been used for training',
    );
  }
  if (trainedSessions.length > 0) {
    warnings.push(
      `${countText(trainedSessions.length, 'session', 'is', 'are')} left out: the model was trained on the same captures (${listOf(trainedSessions)})`,
    );
  }
  if (silentSessions.length > 0) {
    warnings.push(
      `${countText(silentSessions.length, 'session', 'has', 'have')} no labelled window: no traffic of a known service, or no label at the time of the traffic (${listOf(silentSessions)})`,
    );
  }
  for (const { heightPx, windows: ofRung } of unknownRungs)
    warnings.push(`the model does not know ${heightPx}p: scored as wrong in ${countText(ofRung, 'window')}`);
  if (windows === 0)
    throw new DatasetError(`there is nothing to evaluate on: ${warnings.join('; ') || 'no window'}`);
  return warnings;
}

function listOf(names: readonly string[]): string {
  return `${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', …' : ''}`;
}
