import { deriveSeed } from '../../common/random.js';
import { sessionIntervals, type Interval } from './bootstrap.js';
import { calibrationDoubt, type CalibrationDoubt } from './calibration-doubt.js';
import { calibration, type CalibrationBin } from './calibration.js';
import { confusionBySession, confusionMatrix, type ConfusionMatrix } from './confusion.js';
import { riskByCoverage, type CoveragePoint } from './coverage.js';
import {
  likeliestClasses,
  accuracyOf,
  classReport,
  logLoss,
  rungErrors,
  type ClassScores,
} from './metrics.js';
import { oneVsRestRoc, thinCurve, type PrecisionRecallPoint, type RocPoint } from './roc.js';

/** Distance between points of a drawn curve, in rate. */
const CURVE_STEP = 1 / 400;

/** Scores of one class. */
export interface ClassEvaluation extends ClassScores {
  readonly heightPx: number;
  /** One-vs-rest; null if no row or every row is of the class. */
  readonly auc: number | null;
  readonly averagePrecision: number | null;
}

/** All measures on held-out rows; a plain JSON value. */
export interface Evaluation {
  readonly rows: number;
  readonly sessions: number;
  /** Heights in pixels, ascending; the order of every list by class. */
  readonly classes: readonly number[];
  readonly accuracy: number;
  /** Over the classes that occur in the truth or among the predictions. */
  readonly macroF1: number;
  readonly weightedF1: number;
  /** Mean of the AUCs that are defined; null if none is. */
  readonly macroAuc: number | null;
  readonly macroAveragePrecision: number | null;
  readonly logLoss: number;
  /** Share of rows right or one rung off. */
  readonly withinOneRung: number;
  readonly meanAbsoluteRungError: number;
  /** Ten bins of equal width on the top probability. */
  readonly expectedCalibrationError: number;
  /** Null with fewer than two sessions. */
  readonly calibrationDoubt: CalibrationDoubt | null;
  /** 95 % intervals, bootstrapped over sessions; null with fewer than two sessions. */
  readonly intervals: { readonly accuracy: Interval; readonly macroF1: Interval } | null;
  readonly perClass: readonly ClassEvaluation[];
  /** Rows at [truth][predicted]. */
  readonly confusion: ConfusionMatrix;
  /** Points of the one-vs-rest curves by class, thinned for drawing (the AUCs use all points); null if undefined. */
  readonly roc: readonly (readonly RocPoint[] | null)[];
  /** The same for precision and recall; absent in evaluations of an earlier version, like `coverage`. */
  readonly precisionRecall?: readonly (readonly PrecisionRecallPoint[] | null)[];
  /** Share of wrong rows among the most confident ones, thinned for drawing. */
  readonly coverage?: readonly CoveragePoint[];
  readonly calibrationBins: readonly CalibrationBin[];
  /** How many rows were answered, and how many of those wrong; null if the predictions have no unknown. */
  readonly answered: AnsweredShares | null;
}

/** Shares between 0 and 1; `wrong` is of the rows answered, null if there are none. */
export interface AnsweredShares {
  readonly answered: number;
  readonly wrong: number | null;
}

/** Held-out rows and a model's predictions for them. */
export interface EvaluationInput {
  /** Class index of each row. */
  readonly truth: Int32Array;
  /** rows x classes, row-major. */
  readonly probabilities: Float64Array;
  /** Heights in pixels, ascending. */
  readonly classes: readonly number[];
  /** Session of each row. */
  readonly groups: Int32Array;
  /** 1: the row was not answered. All other measures count it too, by its probabilities. */
  readonly unknown?: Uint8Array | undefined;
  readonly seed: number;
}

/** Compares predictions with the truth. Throws RangeError without rows or if the lengths of arrays do not match. */
export function evaluatePredictions(input: EvaluationInput): Evaluation {
  const { truth, probabilities, classes, groups, seed } = input;
  const classCount = classes.length;
  if (truth.length === 0) throw new RangeError('no rows to evaluate');
  if (probabilities.length !== truth.length * classCount || groups.length !== truth.length) {
    throw new RangeError(
      `${truth.length} rows do not match ${probabilities.length} probabilities of ${classCount} classes and ${groups.length} sessions`,
    );
  }
  const predicted = likeliestClasses(probabilities, classCount);
  const confusion = confusionMatrix(truth, predicted, classCount);
  const { perClass, macroF1, weightedF1 } = classReport(confusion);
  const { curves, macroAuc, macroAveragePrecision } = oneVsRestRoc(truth, probabilities, classCount);
  const { expectedCalibrationError, bins } = calibration(truth, probabilities, classCount);
  const bySession = confusionBySession(truth, predicted, groups, classCount);
  return {
    rows: truth.length,
    sessions: bySession.length,
    classes,
    accuracy: accuracyOf(confusion),
    macroF1,
    weightedF1,
    macroAuc,
    macroAveragePrecision,
    logLoss: logLoss(truth, probabilities, classCount),
    ...rungErrors(confusion),
    expectedCalibrationError,
    calibrationDoubt: calibrationDoubt(truth, probabilities, groups, classCount, seed),
    intervals: sessionIntervals(bySession, deriveSeed(seed, 'bootstrap')),
    perClass: perClass.map((scores, label) => ({
      heightPx: classes[label]!,
      ...scores,
      auc: curves[label]?.auc ?? null,
      averagePrecision: curves[label]?.averagePrecision ?? null,
    })),
    confusion,
    roc: curves.map(
      (curve) =>
        curve &&
        thinCurve(curve.points, CURVE_STEP, (point) => [point.falsePositiveRate, point.truePositiveRate]),
    ),
    precisionRecall: curves.map(
      (curve) => curve && thinCurve(curve.precisionRecall, CURVE_STEP, (of) => [of.recall, of.precision]),
    ),
    coverage: thinCurve(riskByCoverage(truth, probabilities, classCount), CURVE_STEP, (point) => [
      point.coverage,
      point.risk,
    ]),
    calibrationBins: bins,
    answered: input.unknown === undefined ? null : answeredShares(truth, predicted, input.unknown),
  };
}

function answeredShares(truth: Int32Array, predicted: Int32Array, unknown: Uint8Array): AnsweredShares {
  const answered = [...truth.keys()].filter((row) => unknown[row] === 0);
  const wrong = answered.filter((row) => truth[row] !== predicted[row]);
  return {
    answered: answered.length / truth.length,
    wrong: answered.length === 0 ? null : wrong.length / answered.length,
  };
}
