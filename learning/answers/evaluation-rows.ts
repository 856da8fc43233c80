import type { ConfusionRow, EvaluationRow, SwitchRow } from '../../schemas/evaluation-rows.js';
import type { SwitchScore } from '../evaluation/by-switch.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import type { Lead } from '../evaluation/lead-over.js';

/** Rows of the table `evaluation`. */
export function evaluationRows(model: string, evaluation: Evaluation): EvaluationRow[] {
  const overall = (
    metric: string,
    value: number | null,
    interval?: { low: number; high: number },
  ): EvaluationRow => ({
    model,
    metric,
    classPx: null,
    value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  });
  return [
    overall('windows', evaluation.rows),
    overall('sessions', evaluation.sessions),
    overall('accuracy', evaluation.accuracy, evaluation.intervals?.accuracy),
    overall('macro_f1', evaluation.macroF1, evaluation.intervals?.macroF1),
    overall('weighted_f1', evaluation.weightedF1),
    overall('macro_auc', evaluation.macroAuc),
    overall('macro_average_precision', evaluation.macroAveragePrecision),
    overall('log_loss', evaluation.logLoss),
    overall('within_one_rung', evaluation.withinOneRung),
    overall('mean_absolute_rung_error', evaluation.meanAbsoluteRungError),
    overall(
      'expected_calibration_error',
      evaluation.expectedCalibrationError,
      evaluation.calibrationDoubt?.interval,
    ),
    overall('expected_calibration_error_by_chance', evaluation.calibrationDoubt?.byChance ?? null),
    ...(evaluation.answered === null
      ? []
      : [
          overall('answered_share', evaluation.answered.answered),
          overall('wrong_share_of_answered', evaluation.answered.wrong),
        ]),
    ...evaluation.perClass.flatMap((scores) =>
      (['precision', 'recall', 'f1', 'support', 'auc', 'averagePrecision'] as const).map((metric) => ({
        model,
        metric: metric === 'averagePrecision' ? 'average_precision' : metric,
        classPx: scores.heightPx,
        value: scores[metric],
        low: null,
        high: null,
      })),
    ),
  ];
}

/** Rows of the table `evaluation`: how much better the model is than each baseline. */
export function leadRows(
  baselines: readonly { readonly name: string; readonly lead: Lead | null }[],
): EvaluationRow[] {
  return baselines.flatMap(({ name, lead }) =>
    lead === null
      ? []
      : (['accuracy', 'macroF1'] as const).map((score) => ({
          model: name,
          metric: score === 'macroF1' ? 'macro_f1_lead_of_model' : 'accuracy_lead_of_model',
          classPx: null,
          value: lead[score].value,
          low: lead[score].interval?.low ?? null,
          high: lead[score].interval?.high ?? null,
        })),
  );
}

/** Rows of the table `confusion_matrix`. */
export function confusionRows(
  model: string,
  evaluation: Pick<Evaluation, 'classes' | 'confusion'>,
): ConfusionRow[] {
  return evaluation.classes.flatMap((truePx, truth) =>
    evaluation.classes.map((predictedPx, predicted) => ({
      model,
      truePx,
      predictedPx,
      windows: evaluation.confusion[truth]?.[predicted] ?? 0,
    })),
  );
}

/** Rows of the table `evaluation_by_switch`. */
export function switchRows(model: string, scores: readonly SwitchScore[]): SwitchRow[] {
  return scores.map(({ since, windows, sessions, accuracy, interval, withinOneRung }) => ({
    model,
    since,
    windows,
    sessions,
    accuracy,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    withinOneRung,
  }));
}
