/** One point of a ROC curve: the rates if scores at or above the threshold count as positive. */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
  /** Null at the first point, where nothing is positive. */
  readonly threshold: number | null;
}

/** One point of a precision-recall curve: scores at or above the threshold count as positive. */
export interface PrecisionRecallPoint {
  readonly recall: number;
  readonly precision: number;
  readonly threshold: number;
}

/** ROC curve of one class against the rest. */
export interface RocCurve {
  /** From (0, 0) to (1, 1), without points between two equal steps. */
  readonly points: readonly RocPoint[];
  /** Area under the curve: exact, ties count half. */
  readonly auc: number;
  /** Average precision: precision summed over the steps of recall, as scikit-learn defines it. */
  readonly averagePrecision: number;
  /** From the highest threshold to the lowest, one point for each. */
  readonly precisionRecall: readonly PrecisionRecallPoint[];
}

/**
 * ROC curve as scikit-learn's `roc_curve` with `drop_intermediate=True`, AUC as `roc_auc_score`.
 *
 * @param isPositive whether the row is of the class
 * @param scores one per row, higher = more likely of the class
 * @returns null if there are no positives or no negatives
 */
function rocCurve(isPositive: readonly boolean[], scores: Float64Array): RocCurve | null {
  const positives = isPositive.filter(Boolean).length;
  const negatives = isPositive.length - positives;
  if (positives === 0 || negatives === 0) return null;

  const order = [...scores.keys()].sort((left, right) => scores[right]! - scores[left]!);
  const steps = [{ hits: 0, alarms: 0, threshold: null as number | null }];
  let hits = 0;
  let alarms = 0;
  for (const [rank, row] of order.entries()) {
    if (isPositive[row]) hits++;
    else alarms++;
    const next = order[rank + 1];
    if (next === undefined || scores[next] !== scores[row]) {
      steps.push({ hits, alarms, threshold: scores[row]! });
    }
  }

  let area = 0;
  let averagePrecision = 0;
  for (let step = 1; step < steps.length; step++) {
    const [from, to] = [steps[step - 1]!, steps[step]!];
    area += ((to.alarms - from.alarms) * (to.hits + from.hits)) / 2;
    averagePrecision += ((to.hits - from.hits) / positives) * (to.hits / (to.hits + to.alarms));
  }
  const corners = steps.filter((step, index) => {
    const [before, after] = [steps[index - 1], steps[index + 1]];
    if (index <= 1 || !before || !after) return true;
    return (
      after.hits - step.hits !== step.hits - before.hits ||
      after.alarms - step.alarms !== step.alarms - before.alarms
    );
  });
  return {
    points: corners.map((step) => ({
      falsePositiveRate: step.alarms / negatives,
      truePositiveRate: step.hits / positives,
      threshold: step.threshold,
    })),
    auc: area / (positives * negatives),
    averagePrecision,
    precisionRecall: steps.flatMap(({ hits, alarms, threshold }) =>
      threshold === null ? [] : [{ recall: hits / positives, precision: hits / (hits + alarms), threshold }],
    ),
  };
}

/**
 * A curve for drawing: drops points that are less than `step` away, in both directions, from the last point kept.
 *
 * @param place the two coordinates of a point
 */
export function thinCurve<Point>(
  points: readonly Point[],
  step: number,
  place: (point: Point) => readonly [x: number, y: number],
): Point[] {
  const kept: Point[] = [];
  for (const [index, point] of points.entries()) {
    const last = kept.at(-1);
    const [x, y] = place(point);
    const [lastX, lastY] = last === undefined ? [Infinity, Infinity] : place(last);
    const isFar = Math.abs(x - lastX) >= step || Math.abs(y - lastY) >= step;
    if (isFar || index === points.length - 1) kept.push(point);
  }
  return kept;
}

/**
 * One-vs-rest curve of every class.
 *
 * @param truth class index of each row
 * @param probabilities rows x classes, row-major
 * @returns one curve per class (null if undefined), and means over the defined curves (null if there is none)
 */
export function oneVsRestRoc(
  truth: Int32Array,
  probabilities: Float64Array,
  classCount: number,
): {
  readonly curves: readonly (RocCurve | null)[];
  readonly macroAuc: number | null;
  readonly macroAveragePrecision: number | null;
} {
  const labels = Array.from(truth);
  const curves = Array.from({ length: classCount }, (_, label) =>
    rocCurve(
      labels.map((of) => of === label),
      Float64Array.from(truth, (_of, row) => probabilities[row * classCount + label]!),
    ),
  );
  const defined = curves.filter((curve) => curve !== null);
  const mean = (of: (curve: RocCurve) => number): number | null =>
    defined.length === 0 ? null : defined.reduce((sum, curve) => sum + of(curve), 0) / defined.length;
  return {
    curves,
    macroAuc: mean((curve) => curve.auc),
    macroAveragePrecision: mean((curve) => curve.averagePrecision),
  };
}
