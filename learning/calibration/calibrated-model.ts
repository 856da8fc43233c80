import type { FittedModel } from '../fitting/fitted-model.js';
import { applyTemperature, type TemperatureScaling } from './temperature.js';

/** A model whose probabilities were made honest on sessions that it was not fitted on. */
export interface CalibratedModel extends FittedModel {
  readonly base: FittedModel;
  readonly calibration: TemperatureScaling;
}

/** The model with calibrated answers; its own JSON stays as it is. */
export function calibrate(base: FittedModel, calibration: TemperatureScaling): CalibratedModel {
  return {
    family: base.family,
    featureNames: base.featureNames,
    classCount: base.classCount,
    base,
    calibration,
    predictProbabilities: (features) =>
      applyTemperature(calibration, base.predictProbabilities(features), base.classCount),
    toJson: () => base.toJson(),
  };
}

/** Whether a model's answers are calibrated. */
export function isCalibrated(model: FittedModel): model is CalibratedModel {
  return 'calibration' in model;
}
