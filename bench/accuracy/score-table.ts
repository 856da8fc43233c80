import { percentText } from '../../common/percent-text.js';
import { differenceText } from '../../learning/evaluation/lead-over.js';
import { table } from '../results.js';
import type { Measure, Scores } from './scores.js';

/** One row of the table. */
export interface JudgedRow {
  /** What the model was judged on. */
  readonly name: string;
  /** Null: the row could not be judged, for the reason. */
  readonly scores: Scores | null;
  readonly reason?: string;
  /** Share of the answers that are others than without background; only where background was mixed in. */
  readonly changed?: number | null;
}

const NONE = '-';

/** A Markdown table: a row for each set of windows, with every baseline beside the model. */
export function scoreTable(rows: readonly JudgedRow[]): string {
  const baselines = [
    ...new Set(rows.flatMap(({ scores }) => scores?.baselines.map(({ name }) => name) ?? [])),
  ];
  const head = [
    ...['judged on', 'sessions', 'windows', 'accuracy', 'macro-F1', ...baselines],
    ...[
      'lead over the best in accuracy',
      'calibration error',
      'answered',
      'wrong among answered',
      'answers changed',
    ],
  ];
  return table(
    head,
    rows.map(({ name, scores, reason, changed }) =>
      scores === null
        ? [name, reason ?? 'not judged', ...head.slice(2).map(() => NONE)]
        : [
            ...[name, String(scores.sessions), String(scores.windows)],
            ...[measured(scores.accuracy), measured(scores.macroF1)],
            ...baselines.map((baseline) => baselineCell(scores, baseline)),
            leadCell(scores),
            calibrationCell(scores),
            ...[shareCell(scores.answered), shareCell(scores.wrong), shareCell(changed ?? null)],
          ],
    ),
  );
}

/** One line for each row in which a baseline is better than the model, in accuracy or macro-F1. */
export function shortfalls(rows: readonly JudgedRow[]): string[] {
  return rows.flatMap(({ name, scores }) => {
    const behind = (['accuracy', 'macroF1'] as const).flatMap((metric) => {
      const own = scores?.[metric]?.value;
      const best = scores?.baselines
        .filter((baseline) => baseline[metric] !== null)
        .sort((a, b) => (b[metric] ?? 0) - (a[metric] ?? 0))[0];
      if (own === undefined || best === undefined || own >= (best[metric] ?? 0)) return [];
      const title = metric === 'accuracy' ? metric : 'macro-F1';
      return [`${title} ${own.toFixed(3)}, ${best.name} ${best[metric]?.toFixed(3)}`];
    });
    return behind.length === 0 ? [] : [`below its best baseline: ${name}: ${behind.join('; ')}`];
  });
}

function measured(measure: Measure | null): string {
  if (measure === null) return NONE;
  const { value, low, high } = measure;
  return low === null || high === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`;
}

function baselineCell(scores: Scores, name: string): string {
  const found = scores.baselines.find((baseline) => baseline.name === name);
  if (found === undefined) return NONE;
  const macroF1 = found.macroF1 === null ? '' : `, ${found.macroF1.toFixed(3)}`;
  return `${found.accuracy.toFixed(3)}${macroF1}`;
}

function leadCell({ baselines }: Scores): string {
  const [best] = [...baselines].sort((a, b) => b.accuracy - a.accuracy);
  if (best?.lead == null) return NONE;
  const { value, low, high } = best.lead;
  return differenceText({ value, interval: low === null || high === null ? null : { low, high } });
}

function calibrationCell({ calibrationError, calibrationErrorByChance: byChance }: Scores): string {
  if (calibrationError === null) return NONE;
  return `${calibrationError.toFixed(3)}${byChance === null ? '' : ` (${byChance.toFixed(3)})`}`;
}

function shareCell(share: number | null): string {
  return share === null ? NONE : percentText(share, 1);
}
