import { applyTemperature } from '../calibration/temperature.js';
import type { SavedModel } from '../saved/serialise.js';
import { sharpnessBySight, smoothSessions } from '../smoothing/smooth-sessions.js';
import { windowSequence, type LearningRows } from './learning-rows.js';

/** What a model says of windows; probabilities are rows x classes, row-major. */
export interface ModelAnswers {
  /** Of each window in its session. */
  readonly probabilities: Float64Array;
  /** Of each window by itself; the same where the model was fitted without smoothing. */
  readonly alone: Float64Array;
  /** 0: there is nothing to see in the window. */
  readonly hasEvidence: Uint8Array;
}

/** Asks a model of every window, then of every session. */
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
    sharpnessBySight(smoothed.inSight),
  );
  return { probabilities, alone, hasEvidence };
}
