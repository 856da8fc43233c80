import type { EvaluationInput } from '../evaluation/evaluate.js';
import { takeAt } from '../fitting/feature-matrix.js';
import type { LearningRows } from './learning-rows.js';

/** Rows of the evaluation set; `of` takes a model's probabilities of all rows and picks those of these rows. */
export interface HeldOutRows {
  readonly rows: Int32Array;
  of(probabilities: Float64Array): EvaluationInput;
}

/**
 * The labelled rows of held-out sessions. The classes are those of the model and any others in the truth. The model
 * gives the latter no probability, so their rows count as wrong.
 *
 * @param classes of the model, heights in pixels, ascending
 * @param withSwitches includes windows in which the resolution changes, even if they are in no split
 */
export function heldOutRows(
  scoring: LearningRows,
  classes: readonly number[],
  seed: number,
  withSwitches = false,
): HeldOutRows {
  const { folds, groups, source } = scoring;
  const heldOut = new Set(groups.filter((_, row) => folds[row] === -1));
  const rows = Int32Array.from(folds.keys()).filter((row) => {
    if (Number.isNaN(source.resolutionPx[row])) return false;
    if (folds[row] === -1) return true;
    return withSwitches && source.sinceSwitchSeconds[row]! < 0 && heldOut.has(groups[row]!);
  });
  const heights = Array.from(rows, (row) => source.resolutionPx[row]!);
  const all = [...new Set([...classes, ...heights])].sort((a, b) => a - b);
  const places = classes.map((heightPx) => all.indexOf(heightPx));
  return {
    rows,
    of: (answers) => {
      const probabilities = new Float64Array(rows.length * all.length);
      for (const [at, row] of rows.entries()) {
        for (const [label, place] of places.entries())
          probabilities[at * all.length + place] = answers[row * classes.length + label]!;
      }
      return {
        truth: Int32Array.from(heights, (heightPx) => all.indexOf(heightPx)),
        probabilities,
        classes: all,
        groups: takeAt(groups, rows),
        seed,
      };
    },
  };
}
