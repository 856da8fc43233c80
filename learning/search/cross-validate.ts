import { deriveSeed } from '../../common/random.js';
import type { TrialSetting } from '../../schemas/search.js';
import { sessionIntervals, type Interval } from '../evaluation/bootstrap.js';
import {
  confusionBySession,
  confusionMatrix,
  summed,
  type ConfusionMatrix,
} from '../evaluation/confusion.js';
import { accuracyOf, classReport, logLoss, likeliestClasses } from '../evaluation/metrics.js';
import { takeAt, takeRows } from '../fitting/feature-matrix.js';
import type { StopSignal } from '../fitting/fit-crew.js';
import { stratifiedSample } from '../fitting/row-sample.js';
import type { SharedWork } from '../fitting/shared-work.js';
import { fitModel, type FeatureMatrix } from '../models/estimator.js';
import { takeBinnedRows, type BinnedFeatures } from '../models/trees/bin-features.js';

/** Scores of one fold: a model fitted on the other folds, scored on this one. */
export interface FoldScore {
  readonly fold: number;
  readonly macroF1: number;
  readonly accuracy: number;
  readonly logLoss: number;
  /** Rows scored. */
  readonly rows: number;
}

/** Result of a scored fold. */
export interface FoldOutcome {
  readonly score: FoldScore;
  readonly warnings: readonly string[];
  /** One confusion matrix per session. */
  readonly bySession: readonly ConfusionMatrix[];
}

export interface CrossValidateInput {
  readonly setting: TrialSetting;
  readonly features: FeatureMatrix;
  /** The same rows binned, if that was done before; the borders are then from all rows, including the scored fold. */
  readonly binned?: BinnedFeatures | undefined;
  /** Class index of each row. */
  readonly labels: Int32Array;
  readonly classCount: number;
  /** What the classes are called in errors. */
  readonly classNames?: readonly string[] | undefined;
  /** Fold of each row, 0 to foldCount - 1; the rows of a session share one. */
  readonly folds: Int32Array;
  readonly foldCount: number;
  readonly seed: number;
  /** Part of each fold's training rows to fit on, a sample that keeps the classes' shares. Default: 1. */
  readonly trainShare?: number | undefined;
  /** Session of each row; without it, every row counts as a session. */
  readonly groups?: Int32Array | undefined;
  /** 1: a row to fit on and never to score; without it, there is none. */
  readonly spliced?: Uint8Array | undefined;
  /** Returns the work that fits on the same rows share; the name must identify the rows among those of `features`. */
  readonly sharedOn?: ((rows: string) => SharedWork) | undefined;
  readonly signal?: StopSignal | undefined;
  /** Called after each fold scored here, not for those in `done`. */
  readonly onFold?: ((outcome: FoldOutcome) => void) | undefined;
  /** Called with the trees, rounds or pairs of classes done of the current fold. */
  readonly onFit?: ((done: number, total: number) => void) | undefined;
  /** Folds scored in an earlier attempt; they are not scored again. */
  readonly done?: readonly FoldOutcome[] | undefined;
}

/** Scores by fold and over the rows of all folds, and the warnings of the fits, each once. */
export interface CrossValidation {
  readonly folds: readonly FoldScore[];
  /**
   * Over the rows of all folds, each predicted by the model that has not seen its fold. A mean over folds would give a
   * class that is rare in a fold the same weight as one that is common in all, and a class that a fold does not have a
   * score in none or, if it is predicted once, of 0.
   */
  readonly overall: { readonly macroF1: number; readonly accuracy: number; readonly logLoss: number };
  /** 95 % interval of the overall macro-F1, bootstrapped over sessions; null with fewer than two. */
  readonly interval: Interval | null;
  readonly warnings: readonly string[];
}

/**
 * Scores a setting by cross-validation. Each fold has its own seed, so a resumed run gives the same numbers as an
 * uninterrupted one. Yields to the event loop between folds, so that an abort can arrive.
 *
 * @throws EstimatorError if a fold cannot be fitted; RangeError for a fold without rows; the signal's reason
 */
export async function crossValidate(input: CrossValidateInput): Promise<CrossValidation> {
  const { foldCount, signal, onFold, done = [] } = input;
  const outcomes: FoldOutcome[] = [];
  for (let fold = 0; fold < foldCount; fold++) {
    const known = done.find(({ score }) => score.fold === fold);
    if (known) {
      outcomes.push(known);
      continue;
    }
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    const outcome = scoreFold(input, fold);
    outcomes.push(outcome);
    onFold?.(outcome);
  }
  const folds = outcomes.map(({ score }) => score);
  return {
    folds,
    overall: overallOf(outcomes),
    interval:
      sessionIntervals(
        outcomes.flatMap(({ bySession }) => bySession),
        deriveSeed(input.seed, 'fold-bootstrap'),
      )?.macroF1 ?? null,
    warnings: [...new Set(outcomes.flatMap(({ warnings }) => warnings))],
  };
}

function scoreFold(input: CrossValidateInput, fold: number): FoldOutcome {
  const { setting, features, binned, labels, classCount, folds, groups, seed, signal } = input;
  const rows = Int32Array.from(labels.keys());
  const others = rows.filter((row) => folds[row] !== fold);
  const cap = Math.max(2, Math.ceil(others.length * (input.trainShare ?? 1)));
  const sample = stratifiedSample(takeAt(labels, others), classCount, cap, deriveSeed(seed, `rows-${fold}`));
  const train = takeAt(others, sample);
  const test = rows.filter((row) => folds[row] === fold && input.spliced?.[row] !== 1);
  if (test.length === 0) throw new RangeError(`fold ${fold} of ${input.foldCount} has no rows`);

  const { model, warnings } = fitModel(setting, {
    features: takeRows(features, train),
    binned: binned && takeBinnedRows(binned, train),
    labels: takeAt(labels, train),
    classCount,
    classNames: input.classNames,
    seed: deriveSeed(seed, `fold-${fold}`),
    groups: groups && takeAt(groups, train),
    shared: input.sharedOn?.(`fold ${fold} of ${input.foldCount}, ${cap} rows, seed ${seed}`),
    signal,
    onProgress: input.onFit,
  });
  const truth = takeAt(labels, test);
  const probabilities = model.predictProbabilities(takeRows(features, test));
  const predicted = likeliestClasses(probabilities, classCount);
  const confusion = confusionMatrix(truth, predicted, classCount);
  return {
    score: {
      fold,
      macroF1: classReport(confusion).macroF1,
      accuracy: accuracyOf(confusion),
      logLoss: logLoss(truth, probabilities, classCount),
      rows: test.length,
    },
    warnings,
    bySession: confusionBySession(truth, predicted, takeAt(groups ?? rows, test), classCount),
  };
}

function overallOf(outcomes: readonly FoldOutcome[]): CrossValidation['overall'] {
  const confusion = summed(outcomes.flatMap(({ bySession }) => bySession));
  const rows = outcomes.reduce((sum, { score }) => sum + score.rows, 0);
  return {
    macroF1: classReport(confusion).macroF1,
    accuracy: accuracyOf(confusion),
    logLoss: outcomes.reduce((sum, { score }) => sum + score.logLoss * score.rows, 0) / rows,
  };
}
