import { DatasetError } from '../../common/dataset-error.js';
import type { EvaluationFacts } from '../../warehouse/features/inference-set.js';

/** Sessions that a sentence names at most. */
const MOST_NAMES = 5;

/**
 * What is to be said of an evaluation before its figures.
 * @param areTrainedKnown whether it can be told which captures the model was trained on
 * @throws DatasetError where nothing is left to evaluate on.
 */
export function evaluationWarnings(
  { windows, trainedSessions, silentSessions, unknownRungs }: EvaluationFacts,
  areTrainedKnown: boolean,
): string[] {
  const warnings: string[] = [];
  if (!areTrainedKnown) {
    warnings.push(
      'the model was trained on a dataset, which does not tell captures: whether it has seen these sessions is not known',
    );
  }
  if (trainedSessions.length > 0) {
    warnings.push(
      `${count(trainedSessions.length, 'session')} left out: the model was trained on the same captures (${some(trainedSessions)})`,
    );
  }
  if (silentSessions.length > 0) {
    warnings.push(
      `${count(silentSessions.length, 'session')} without a labelled window: no traffic of a known service, or no label for its time (${some(silentSessions)})`,
    );
  }
  for (const { heightPx, windows: ofRung } of unknownRungs)
    warnings.push(`the model does not know ${heightPx}p: its ${count(ofRung, 'window')} count as wrong`);
  if (windows === 0)
    throw new DatasetError(`there is nothing to evaluate on: ${warnings.join('; ') || 'no window'}`);
  return warnings;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function some(names: readonly string[]): string {
  return `${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', …' : ''}`;
}
