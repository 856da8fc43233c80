import type { TargetRow } from './targets.js';

/** Measured tree engines, ours and the peers'. */
export type Part = 'forest' | 'sklearnForest' | 'boosting' | 'histBoosting' | 'lightgbm';

interface Learner {
  readonly fitSeconds: number;
  readonly predictSeconds: number;
  readonly peakBytes: number;
  readonly macroF1: number;
}

interface Machines {
  readonly ours: number;
  readonly theirs: number;
  readonly theirsWithProbabilities: number;
  /** Share of equal predictions. */
  readonly sameLabels: number;
}

/** Measurements; those left out are undefined. */
export interface ModelMeasures extends Partial<Record<Part, Learner>> {
  svm?: Machines;
  svmGrid?: Machines;
  package?: { readonly treeSeconds: number; readonly ourTreeSeconds: number };
  onnx?: readonly (readonly [name: string, difference: number])[];
}

const MAX_FOREST_CPU = 0.6;
const MAX_SCORE_DIFFERENCE = 0.005;
const MAX_HIST_CPU = 1.1;
const MAX_LIGHTGBM_CPU = 1.3;
const MIN_SAME_LABELS = 0.999;
const MAX_SVM_CPU = 2;
const MAX_SVM_GRID_CPU = 1;
const MIN_PACKAGE_RATIO = 100;
const MAX_ONNX_DIFFERENCE = 1e-6;

/** Every target with both sides measured. */
export function modelTargets(measures: ModelMeasures): TargetRow[] {
  const { forest, sklearnForest, boosting, histBoosting, lightgbm, svm, svmGrid, onnx } = measures;
  const rows: TargetRow[] = [];
  const atMost = (name: string, allowed: number, found: number, digits = 2): void =>
    void rows.push([name, `at most ${allowed}`, found.toFixed(digits), found <= allowed ? 'yes' : 'NO']);
  const atLeast = (name: string, allowed: number, found: number, digits = 2): void =>
    void rows.push([name, `at least ${allowed}`, found.toFixed(digits), found >= allowed ? 'yes' : 'NO']);
  if (forest && sklearnForest) {
    const peer = 'scikit-learn forest';
    atMost(
      `forest: CPU of the fit, binning included / ${peer}`,
      MAX_FOREST_CPU,
      forest.fitSeconds / sklearnForest.fitSeconds,
    );
    const difference = Math.abs(forest.macroF1 - sklearnForest.macroF1);
    atMost(`forest: difference of mean macro-F1 to ${peer}`, MAX_SCORE_DIFFERENCE, difference, 4);
    atMost(`forest: CPU of prediction / ${peer}`, 1, forest.predictSeconds / sklearnForest.predictSeconds);
    atMost(`forest: peak memory / ${peer}`, 1, forest.peakBytes / sklearnForest.peakBytes);
  }
  for (const [name, other, allowed] of [
    ['HistGradientBoosting', histBoosting, MAX_HIST_CPU],
    ['LightGBM', lightgbm, MAX_LIGHTGBM_CPU],
  ] as const) {
    if (!boosting || !other) continue;
    atMost(`boosting: CPU of the fit / ${name}`, allowed, boosting.fitSeconds / other.fitSeconds);
    atMost(`boosting: macro-F1 below ${name}`, MAX_SCORE_DIFFERENCE, other.macroF1 - boosting.macroF1, 4);
  }
  if (svm) {
    atLeast("svm: share of libsvm's labels, one fit", MIN_SAME_LABELS, svm.sameLabels, 4);
    atMost('svm: CPU / SVC without probabilities', MAX_SVM_CPU, svm.ours / svm.theirs);
    atMost('svm: CPU / SVC with probabilities', MAX_SVM_CPU, svm.ours / svm.theirsWithProbabilities);
  }
  if (svmGrid) {
    atLeast("svm: share of libsvm's labels, grid", MIN_SAME_LABELS, svmGrid.sameLabels, 4);
    atMost(
      'svm: CPU over the grid / SVC without probabilities',
      MAX_SVM_GRID_CPU,
      svmGrid.ours / svmGrid.theirs,
    );
  }
  if (measures.package) {
    const { treeSeconds, ourTreeSeconds } = measures.package;
    atLeast(
      'CPU of a tree of ml-random-forest / of ours',
      MIN_PACKAGE_RATIO,
      treeSeconds / ourTreeSeconds,
      0,
    );
  }
  for (const [name, difference] of onnx ?? []) {
    const isMet = difference <= MAX_ONNX_DIFFERENCE;
    rows.push([
      `onnxruntime: largest difference, ${name}`,
      `at most ${MAX_ONNX_DIFFERENCE}`,
      difference.toExponential(1),
      isMet ? 'yes' : 'NO',
    ]);
  }
  return rows;
}
