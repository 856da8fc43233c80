import { likeliestClasses } from '../evaluation/metrics.js';
import type { Baseline } from './baselines.js';
import type { LearningRows } from './learning-rows.js';
import type { ModelAnswers } from './model-answers.js';
import { predictionOf } from './prediction-of.js';

/**
 * One JSON object per window, in the file's order: by session, then by window. An unknown window has
 * probabilities too.
 *
 * @param baselines of the same windows
 */
export function predictionLines(
  scoring: LearningRows,
  { probabilities, alone, unknown }: ModelAnswers,
  baselines: readonly Baseline[],
  classes: readonly number[],
  windowSeconds: number,
): string {
  const { source } = scoring;
  const likeliestAlone = likeliestClasses(alone, classes.length);
  const likeliestOf = baselines.map(
    (baseline) => [baseline.name, likeliestClasses(baseline.probabilities, classes.length)] as const,
  );
  return Array.from({ length: source.rows }, (_, row) => {
    const truePx = source.resolutionPx[row] ?? NaN;
    const doubt = unknown[row] ?? null;
    const hasEvidence = doubt?.kind !== 'no media';
    const windowIndex = source.windowIndex[row] ?? 0;
    const ofWindow = probabilities.subarray(row * classes.length, (row + 1) * classes.length);
    const prediction = predictionOf(
      {
        startSeconds: windowIndex * windowSeconds,
        endSeconds: (windowIndex + 1) * windowSeconds,
        unknown: doubt,
        truePx: Number.isNaN(truePx) ? null : truePx,
      },
      ofWindow,
      classes,
    );
    const startUs = source.startUs[row] ?? NaN;
    const fold = scoring.folds[row] ?? -2;
    return `${JSON.stringify({
      session_id: source.sessionIds[row],
      window_index: windowIndex,
      elapsed_seconds: prediction.startSeconds,
      start_us: Number.isNaN(startUs) ? null : startUs,
      predicted_px: prediction.predictedPx,
      confidence: prediction.confidence,
      probabilities: Object.fromEntries(classes.map((heightPx, label) => [heightPx, ofWindow[label]])),
      alone_px: hasEvidence ? classes[likeliestAlone[row]!] : null,
      alone_confidence: hasEvidence ? alone[row * classes.length + likeliestAlone[row]!] : null,
      baseline_px: Object.fromEntries(likeliestOf.map(([name, labels]) => [name, classes[labels[row]!]])),
      true_px: prediction.truePx,
      unknown_kind: doubt?.kind ?? null,
      unknown_reason: doubt?.reason ?? null,
      split: fold === -1 ? 'held out' : fold >= 0 ? 'training' : 'none',
    })}\n`;
  }).join('');
}
