import { deriveSeed } from '../../common/random.js';
import type { TrialSetting } from '../../schemas/search.js';
import { calibration as measureCalibration } from '../evaluation/calibration.js';
import { likeliestClasses, logLoss } from '../evaluation/metrics.js';
import { takeAt, takeRows } from '../fitting/feature-matrix.js';
import type { FitInput, FittedModel } from '../fitting/fitted-model.js';
import { EstimatorError, fitModel } from '../models/estimator.js';
import type { SessionSmoothing } from '../smoothing/session-smoothing.js';
import { sharpnessByWindows, smoothSessions, type WindowSequence } from '../smoothing/smooth-sessions.js';
import { calibrate } from './calibrated-model.js';
import { fitTemperature, type HeldOutPredictions } from './fit-temperature.js';
import { leastConfidence, type LeastConfidence } from './least-confidence.js';
import { applyTemperature } from './temperature.js';

/**
 * Training rows with the fold of each; a session is in one fold. A row without a fold (below 0) is fitted on and never
 * held out.
 */
export interface CalibratedFitInput extends FitInput {
  readonly groups: Int32Array;
  readonly folds: Int32Array;
  /** 1: a row of a spliced session: fitted on, and held out to choose the smoothing, never to calibrate by. Without it, there is none. */
  readonly spliced?: Uint8Array | undefined;
  /** Position of the rows in their sessions, and expected time between changes of class; null: no smoothing. */
  readonly smoothing: {
    readonly windows: WindowSequence;
    readonly dwellSeconds: number;
    /** True: with spliced sessions, another dwell time may be chosen. */
    readonly isAutomatic?: boolean;
  } | null;
  /** Wanted share of wrong answers among those given, on held-out windows; see `leastConfidence`. Default: 1. */
  readonly wrongShare?: number | undefined;
}

/** Without spliced sessions to choose by. See `SessionSmoothing`. */
const LIKENESS = 2;
/** With spliced sessions: the strengths of smoothing to choose among. */
const DWELL_SECONDS = [5, 10, 20, 40, 70, 100];
const LIKENESSES = [1, 2, 4, 8];

/** Measures of the probabilities on held-out rows, before and after calibration. */
export interface CalibrationMeasures {
  readonly rows: number;
  readonly logLossBefore: number;
  readonly logLossAfter: number;
  readonly expectedCalibrationErrorBefore: number;
  readonly expectedCalibrationErrorAfter: number;
  /**
   * When a window is unknown, and what that means on the held-out windows with evidence: an optimistic figure, since the
   * threshold is from the same windows.
   */
  readonly leastConfidence: LeastConfidence;
  /** Smoothed and calibrated again; null without smoothing. */
  readonly smoothed: { readonly logLoss: number; readonly expectedCalibrationError: number } | null;
}

export interface CalibratedFit {
  readonly model: FittedModel;
  /**
   * Smoothing for the probabilities of `model`; null if not requested, or if it does not help on held-out rows.
   */
  readonly smoothing: SessionSmoothing | null;
  readonly warnings: readonly string[];
  /** Null if nothing could be held out; the model is then not calibrated. */
  readonly measures: CalibrationMeasures | null;
}

/**
 * Fits a setting on all rows, and calibrates its probabilities on predictions for held-out folds, by models of the same
 * setting fitted on the other folds. A fold is skipped if the others cannot be fitted. Smoothed probabilities have a
 * separate calibration, learnt on the same predictions: averages are right more often than single windows.
 *
 * Sessions of constant resolution alone would call for the strongest smoothing, which follows no switch. With spliced
 * sessions, the smoothing is the one with the largest share of right windows, mean of constant and spliced sessions.
 */
export function fitCalibrated(setting: TrialSetting, input: CalibratedFitInput): CalibratedFit {
  const folds = [...new Set(input.folds.filter((_, row) => input.spliced?.[row] !== 1))]
    .filter((fold) => fold >= 0)
    .sort((left, right) => left - right);
  const parts = folds.length + 1;
  const stage = (index: number): Pick<FitInput, 'onProgress'> => ({
    onProgress: (done, total) => input.onProgress?.(index * total + done, parts * total),
  });
  const { model, warnings } = fitModel(setting, { ...input, ...stage(0) });
  const held = folds.length < 2 ? null : heldOutPredictions(setting, input, folds, stage);
  if (held === null) {
    return {
      model,
      smoothing: null,
      warnings: [...warnings, 'the probabilities are not calibrated: no sessions could be held out'],
      measures: null,
    };
  }
  const present = [...new Set(input.labels)].sort((left, right) => left - right);
  const own = ownRows(held);
  const labels = takeAt(held.labels, own);
  const before = ownProbabilities(held, held.probabilities, own);
  const scaling = fitTemperature(
    { ...held, probabilities: before, labels, groups: takeAt(held.groups, own) },
    present,
  );
  const after = applyTemperature(scaling, held.probabilities, held.classCount);
  const smoothing = input.smoothing && fitSmoothing(held, after, present, input.smoothing);
  const lossOf = (probabilities: Float64Array): number =>
    logLoss(labels, ownProbabilities(held, probabilities, own), held.classCount);
  const errorOf = (probabilities: Float64Array): number =>
    measureCalibration(labels, ownProbabilities(held, probabilities, own), held.classCount)
      .expectedCalibrationError;
  const helps = smoothing !== null && rightShare(held, smoothing.probabilities) >= rightShare(held, after);
  return {
    model: calibrate(model, scaling),
    smoothing: helps ? smoothing.settings : null,
    warnings:
      smoothing === null || helps
        ? warnings
        : [
            ...warnings,
            'predictions are not smoothed over the session: on held-out sessions, smoothing made them worse',
          ],
    measures: {
      rows: own.length,
      logLossBefore: lossOf(held.probabilities),
      logLossAfter: lossOf(after),
      expectedCalibrationErrorBefore: errorOf(held.probabilities),
      expectedCalibrationErrorAfter: errorOf(after),
      leastConfidence: confidenceOf(
        held,
        helps ? smoothing.probabilities : after,
        own.filter((row) => input.smoothing?.windows.hasEvidence[held.rows[row]!] !== 0),
        input.wrongShare ?? 1,
      ),
      smoothed: smoothing && {
        logLoss: lossOf(smoothing.probabilities),
        expectedCalibrationError: errorOf(smoothing.probabilities),
      },
    },
  };
}

/** The smoothing of calibrated probabilities, and the smoothed probabilities. */
function fitSmoothing(
  held: HeldOutRows,
  calibrated: Float64Array,
  present: readonly number[],
  { windows, dwellSeconds, isAutomatic = false }: NonNullable<CalibratedFitInput['smoothing']>,
): { settings: SessionSmoothing; probabilities: Float64Array } {
  const ofHeld: WindowSequence = {
    sessions: takeAt(windows.sessions, held.rows),
    seconds: Float64Array.from(held.rows, (row) => windows.seconds[row]!),
    hasEvidence: Uint8Array.from(held.rows, (row) => windows.hasEvidence[row]!),
  };
  const own = ownRows(held);
  const hasSpliced = own.length < held.labels.length;
  const candidates = hasSpliced
    ? (isAutomatic ? DWELL_SECONDS : [dwellSeconds]).flatMap((seconds) =>
        LIKENESSES.map((likeness) => ({ dwellSeconds: seconds, likeness })),
      )
    : [{ dwellSeconds, likeness: LIKENESS }];
  const scored = (how: Pick<SessionSmoothing, 'dwellSeconds' | 'likeness'>) => {
    const smoothed = smoothSessions(how, present, calibrated, held.classCount, ofHeld);
    return { how, share: rightShare(held, smoothed.probabilities), ...smoothed };
  };
  const [first, ...others] = candidates;
  let best = scored(first!);
  for (const candidate of others) {
    const other = scored(candidate);
    if (other.share > best.share) best = other;
  }
  const { how, probabilities, effectiveWindows } = best;
  const scaling = fitTemperature(
    {
      ...held,
      probabilities: ownProbabilities(held, probabilities, own),
      labels: takeAt(held.labels, own),
      groups: takeAt(held.groups, own),
    },
    present,
    sharpnessByWindows(Float64Array.from(own, (row) => effectiveWindows[row]!)),
  );
  return {
    settings: { kind: 'bilateral', version: 1, ...how, calibration: scaling },
    probabilities: applyTemperature(
      scaling,
      probabilities,
      held.classCount,
      sharpnessByWindows(effectiveWindows),
    ),
  };
}

/** The least confidence of an answer, from these of the held-out rows. */
function confidenceOf(
  held: HeldOutRows,
  probabilities: Float64Array,
  places: Int32Array,
  wrongShare: number,
): LeastConfidence {
  const predicted = likeliestClasses(probabilities, held.classCount);
  return leastConfidence(
    Float64Array.from(places, (row) => probabilities[row * held.classCount + predicted[row]!]!),
    Uint8Array.from(places, (row) => Number(predicted[row] === held.labels[row])),
    wrongShare,
  );
}

/** Share of right windows; with spliced sessions, the mean of the shares in constant and in spliced ones. */
function rightShare({ labels, spliced, classCount }: HeldOutRows, probabilities: Float64Array): number {
  const predicted = likeliestClasses(probabilities, classCount);
  const shares = [0, 1].flatMap((kind) => {
    const rows = [...labels.keys()].filter((row) => spliced[row] === kind);
    return rows.length === 0
      ? []
      : [rows.filter((row) => predicted[row] === labels[row]).length / rows.length];
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Places of the rows that are not of spliced sessions. */
function ownRows({ spliced }: HeldOutRows): Int32Array {
  return Int32Array.from(spliced.keys()).filter((row) => spliced[row] === 0);
}

function ownProbabilities(
  { classCount }: HeldOutRows,
  probabilities: Float64Array,
  own: Int32Array,
): Float64Array {
  const taken = new Float64Array(own.length * classCount);
  own.forEach((row, at) =>
    taken.set(probabilities.subarray(row * classCount, (row + 1) * classCount), at * classCount),
  );
  return taken;
}

/** Held-out predictions with the row of each. */
interface HeldOutRows extends HeldOutPredictions {
  readonly rows: Int32Array;
  readonly spliced: Uint8Array;
}

function heldOutPredictions(
  setting: TrialSetting,
  input: CalibratedFitInput,
  folds: readonly number[],
  stage: (index: number) => Pick<FitInput, 'onProgress'>,
): HeldOutRows | null {
  const { features, labels, groups, classCount } = input;
  const rows = Int32Array.from(labels.keys());
  const done: { held: Int32Array; probabilities: Float64Array }[] = [];
  for (const [index, fold] of folds.entries()) {
    const kept = rows.filter((row) => input.folds[row] !== fold);
    const held = rows.filter((row) => input.folds[row] === fold);
    try {
      const { model } = fitModel(setting, {
        ...input,
        ...stage(index + 1),
        features: takeRows(features, kept),
        binned: undefined,
        shared: undefined,
        labels: takeAt(labels, kept),
        groups: takeAt(groups, kept),
        seed: deriveSeed(input.seed, `calibration-${fold}`),
      });
      done.push({ held, probabilities: model.predictProbabilities(takeRows(features, held)) });
    } catch (error) {
      if (!(error instanceof EstimatorError)) throw error;
    }
  }
  if (done.length === 0) return null;
  const order = Int32Array.from(done.flatMap(({ held }) => [...held]));
  const probabilities = new Float64Array(order.length * classCount);
  let at = 0;
  for (const part of done) {
    probabilities.set(part.probabilities, at);
    at += part.probabilities.length;
  }
  return {
    rows: order,
    spliced: Uint8Array.from(order, (row) => input.spliced?.[row] ?? 0),
    probabilities,
    labels: takeAt(labels, order),
    groups: takeAt(groups, order),
    classCount,
  };
}
