import { BASELINE_FAMILIES } from '../../schemas/baseline-families.js';
import { PREVIOUS_RUNG } from '../../schemas/scores-of-the-model.js';
import { trialSettingSchema } from '../../schemas/search.js';
import { previousRung } from '../evaluation/previous-rung.js';
import { EstimatorError, fitModel } from '../models/estimator.js';
import type { LearningRows } from './learning-rows.js';

/** A baseline to compare a model with: a name, and probabilities for every window, rows x classes. */
export interface Baseline {
  readonly name: string;
  readonly probabilities: Float64Array;
}

/**
 * The baselines, fitted on the same rows as the model: majority class, largest segment, a tree of depth three, and the
 * model's prediction for the previous window (without smoothing). A baseline that cannot be fitted on these rows is
 * left out.
 */
export function baselinesOf(
  training: LearningRows,
  scoring: LearningRows,
  probabilities: Float64Array,
  classCount: number,
  seed: number,
): Baseline[] {
  const { features, labels } = training;
  const fitted = BASELINE_FAMILIES.flatMap((family) => {
    try {
      const setting = trialSettingSchema.parse({ family });
      const { model } = fitModel(setting, { features, labels, classCount, seed });
      return [{ name: family, probabilities: model.predictProbabilities(scoring.features) }];
    } catch (error) {
      if (error instanceof EstimatorError) return [];
      throw error;
    }
  });
  const shares = fitted.find(({ name }) => name === 'majority')?.probabilities.slice(0, classCount);
  if (shares === undefined) return fitted;
  const previous = previousRung(probabilities, scoring.source.sessionIds, shares);
  return [...fitted, { name: PREVIOUS_RUNG, probabilities: previous }];
}
