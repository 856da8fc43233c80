import type { EvaluationReport, ScoreSummary } from './evaluation-report.js';

/** The headline figures of an evaluation. */
export function summaryOf({ model, baselines, switches }: EvaluationReport): ScoreSummary {
  const accuracy = model?.intervals?.accuracy;
  const macroF1 = model?.intervals?.macroF1;
  const doubt = model?.calibrationDoubt;
  return {
    windows: model?.rows ?? 0,
    sessions: model?.sessions ?? 0,
    accuracy: model?.accuracy ?? null,
    accuracyInterval: accuracy === undefined ? null : [accuracy.low, accuracy.high],
    macroF1: model?.macroF1 ?? null,
    macroF1Interval: macroF1 === undefined ? null : [macroF1.low, macroF1.high],
    macroAuc: model?.macroAuc ?? null,
    withinOneRung: model?.withinOneRung ?? null,
    expectedCalibrationError: model?.expectedCalibrationError ?? null,
    expectedCalibrationErrorInterval: doubt ? [doubt.interval.low, doubt.interval.high] : null,
    expectedCalibrationErrorByChance: doubt?.byChance ?? null,
    answered: model?.answered ?? null,
    baselines: baselines.map(({ name, evaluation, lead }) => ({
      name,
      accuracy: evaluation.accuracy,
      macroF1: evaluation.macroF1,
      lead,
    })),
    bySwitch: switches[0]?.scores ?? [],
  };
}
