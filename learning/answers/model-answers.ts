import type { Unknown } from '../../schemas/window-prediction.js';
import { applyTemperature } from '../calibration/temperature.js';
import { domainDoubts } from '../domain/domain-doubts.js';
import { likeliestClasses } from '../evaluation/metrics.js';
import type { SavedModel } from '../saved/serialise.js';
import { sharpnessByWindows, smoothSessions } from '../smoothing/smooth-sessions.js';
import { windowSequence, type LearningRows } from './learning-rows.js';

/** Predictions of a model for windows; probabilities are rows x classes, row-major. */
export interface ModelAnswers {
  /** Smoothed over the session. */
  readonly probabilities: Float64Array;
  /** Of each window by itself; the same as `probabilities` if the model has no smoothing. */
  readonly alone: Float64Array;
  /** Why the resolution of a window is unknown; null: it is predicted. */
  readonly unknown: readonly (Unknown | null)[];
}

const NO_EVIDENCE: Unknown = { kind: 'no media', reason: 'no media segment in sight of this window' };

/**
 * Predicts each window by itself, then smooths the probabilities over each session. A window is unknown without evidence,
 * outside the domain of the training, or if its confidence is too low.
 */
export function modelAnswers(
  {
    model,
    smoothing,
    leastConfidence = 0,
    domain,
  }: Pick<SavedModel, 'model' | 'smoothing' | 'leastConfidence' | 'domain'>,
  rows: LearningRows,
  windowSeconds: number,
): ModelAnswers {
  const windows = windowSequence(rows, windowSeconds);
  const alone = model.predictProbabilities(rows.features);
  const probabilities = smoothed(alone, windows, model.classCount, smoothing);
  const { sessions, hasEvidence } = windows;
  const doubts =
    domain && domainDoubts(domain, { ...rows, sessions, hasEvidence, services: rows.source.services });
  const likeliest = likeliestClasses(probabilities, model.classCount);
  const unknown = Array.from(likeliest, (label, row): Unknown | null => {
    if (hasEvidence[row] === 0) return NO_EVIDENCE;
    const doubt = doubts?.[row] ?? null;
    if (doubt !== null) return doubt;
    const confidence = probabilities[row * model.classCount + label]!;
    if (confidence >= leastConfidence) return null;
    return {
      kind: 'low confidence',
      reason: `confidence ${confidence.toFixed(2)} is below ${leastConfidence.toFixed(2)}: too many of such answers were wrong on held-out sessions`,
    };
  });
  return { probabilities, alone, unknown };
}

function smoothed(
  alone: Float64Array,
  windows: ReturnType<typeof windowSequence>,
  classCount: number,
  smoothing: SavedModel['smoothing'],
): Float64Array {
  if (smoothing === undefined) return alone;
  const { calibration } = smoothing;
  const pooled = smoothSessions(smoothing, calibration.present, alone, classCount, windows);
  return applyTemperature(
    calibration,
    pooled.probabilities,
    classCount,
    sharpnessByWindows(pooled.effectiveWindows),
  );
}
