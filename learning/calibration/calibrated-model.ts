import type { FittedModel } from '../fitting/fitted-model.js';
import { applyTemperature, type TemperatureScaling } from './temperature.js';

/** A model whose probabilities were calibrated on sessions that it was not fitted on. */
export interface CalibratedModel extends FittedModel {
  readonly base: FittedModel;
  readonly calibration: TemperatureScaling;
}

/** The model with calibrated probabilities; its own JSON is unchanged. */
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

/** Whether a model's probabilities are calibrated. */
export function isCalibrated(model: FittedModel): model is CalibratedModel {
  return 'calibration' in model;
}
