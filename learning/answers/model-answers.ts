import { applyTemperature } from '../calibration/temperature.js';
import type { SavedModel } from '../saved/serialise.js';
import { sharpnessByWindows, smoothSessions } from '../smoothing/smooth-sessions.js';
import { windowSequence, type LearningRows } from './learning-rows.js';

/** Predictions of a model for windows; probabilities are rows x classes, row-major. */
export interface ModelAnswers {
  /** Smoothed over the session. */
  readonly probabilities: Float64Array;
  /** Of each window by itself; the same as `probabilities` if the model has no smoothing. */
  readonly alone: Float64Array;
  /** 0: the window has no evidence. */
  readonly hasEvidence: Uint8Array;
}

/** Predicts each window by itself, then smooths the probabilities over each session. */
export function modelAnswers(
  { model, smoothing }: Pick<SavedModel, 'model' | 'smoothing'>,
  rows: LearningRows,
  windowSeconds: number,
): ModelAnswers {
  const windows = windowSequence(rows, windowSeconds);
  const alone = model.predictProbabilities(rows.features);
  const { hasEvidence } = windows;
  if (smoothing === undefined) return { probabilities: alone, alone, hasEvidence };
  const { calibration } = smoothing;
  const smoothed = smoothSessions(smoothing, calibration.present, alone, model.classCount, windows);
  const probabilities = applyTemperature(
    calibration,
    smoothed.probabilities,
    model.classCount,
    sharpnessByWindows(smoothed.effectiveWindows),
  );
  return { probabilities, alone, hasEvidence };
}
