import { countText } from '../common/count-text.js';
import type { Interval } from '../learning/evaluation/bootstrap.js';
import type { Evaluation } from '../learning/evaluation/evaluate.js';
import { differenceText } from '../learning/evaluation/lead-over.js';
import { chartGrid, type ChartFigure } from './chart-figure.js';
import { rungLabel } from './charts/chart-style.js';
import { confusionMatrixChart } from './charts/confusion-matrix.js';
import { coverageFigures, precisionRecallFigures, reliabilityFigure, rocFigure } from './curve-figures.js';
import { groupFigures, switchFigures } from './group-figures.js';
import { html, type Html, table } from './html-element.js';
import type { ReportBaseline, ReportInput, ReportModel } from './report-input.js';
import { decimals, intervalText, percent, withInterval } from './shown-number.js';

/** How right the model is on held-out sessions: scores with the baselines', charts, scores by group. */
export async function evaluationSection(
  { evaluation, switches }: ReportModel,
  { baselines, groups }: Pick<ReportInput, 'baselines' | 'groups'>,
): Promise<Html> {
  const charts = [
    confusionFigure(evaluation),
    rocFigure(evaluation),
    ...precisionRecallFigures(evaluation),
    reliabilityFigure(evaluation),
    ...coverageFigures(evaluation),
    ...groupFigures(groups, evaluation),
    ...switchFigures(switches, evaluation),
  ];
  return html`<p>
      Every figure here is of ${countText(evaluation.rows, 'window')} of
      ${countText(evaluation.sessions, 'held-out session')}, which no trial and no fit has seen. Intervals
      come from resampling whole sessions, because windows of one session are alike.
    </p>
    <dl class="numbers">
      ${headline('Macro-F1', decimals(evaluation.macroF1), evaluation.intervals?.macroF1 ?? null)}
      ${headline('Accuracy', decimals(evaluation.accuracy), evaluation.intervals?.accuracy ?? null)}
      ${headline('Mean AUC', decimals(evaluation.macroAuc), null)}
      ${headline('Within one rung', percent(evaluation.withinOneRung), null)}
    </dl>
    ${scoresTable(evaluation, baselines)} ${classTable(evaluation)} ${await chartGrid(charts)}`;
}

function headline(name: string, value: string, interval: Interval | null): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}${interval ? html`<small>${intervalText(interval)}</small>` : ''}</dd>
  </div>`;
}

function scoresTable(model: Evaluation, baselines: readonly ReportBaseline[]): Html {
  const columns = [{ name: 'Model', evaluation: model, lead: null }, ...baselines];
  const row = (name: string, of: (evaluation: Evaluation) => string): string[] => [
    name,
    ...columns.map(({ evaluation }) => of(evaluation)),
  ];
  return table(
    'Scores of the model and the baselines on the held-out sessions; 95 % intervals by resampling sessions. The lead is what the model has over a baseline, on the same resampled sessions: an interval that includes 0 cannot tell the two apart',
    ['', ...columns.map(({ name }) => name)],
    [
      row('Macro-F1', (of) => withInterval(of.macroF1, of.intervals?.macroF1)),
      [
        'Lead of the model in macro-F1',
        ...columns.map(({ lead }) => (lead ? differenceText(lead.macroF1) : '–')),
      ],
      [
        'Lead of the model in accuracy',
        ...columns.map(({ lead }) => (lead ? differenceText(lead.accuracy) : '–')),
      ],
      row('Weighted F1', (of) => decimals(of.weightedF1)),
      row('Accuracy', (of) => withInterval(of.accuracy, of.intervals?.accuracy)),
      row('Mean AUC (one against the rest)', (of) => decimals(of.macroAuc)),
      row('Mean average precision', (of) => decimals(of.macroAveragePrecision)),
      row('Within one rung', (of) => percent(of.withinOneRung)),
      row('Mean distance in rungs', (of) => decimals(of.meanAbsoluteRungError)),
      row('Log loss', (of) => decimals(of.logLoss)),
      row('Expected calibration error', (of) =>
        withInterval(of.expectedCalibrationError, of.calibrationDoubt?.interval),
      ),
      row('… of a perfectly calibrated model by chance (95th percentile)', (of) =>
        decimals(of.calibrationDoubt?.byChance ?? null),
      ),
    ],
  );
}

/** A score that no window defines is a dash: recall without a window, precision without a prediction. */
function classTable({ perClass, confusion }: Evaluation): Html {
  return table(
    'Scores of each resolution',
    ['Resolution', 'Windows', 'Precision', 'Recall', 'F1', 'AUC', 'Average precision'],
    perClass.map(({ heightPx, support, precision, recall, f1, auc, averagePrecision }, label) => {
      const predictions = confusion.reduce((sum, row) => sum + row[label]!, 0);
      return [
        rungLabel(heightPx),
        String(support),
        decimals(predictions === 0 ? null : precision),
        decimals(support === 0 ? null : recall),
        decimals(predictions + support === 0 ? null : f1),
        decimals(auc),
        decimals(averagePrecision),
      ];
    }),
  );
}

function confusionFigure({ confusion, classes }: Evaluation): ChartFigure {
  return {
    heading: 'Which resolutions are confused',
    caption:
      'Windows of each true resolution (row) by predicted resolution (column): their share of the row, and their number. Right ones are on the diagonal from bottom left to top right.',
    chart: () => confusionMatrixChart({ confusion, classes }),
    size: 'small',
    columns: ['True', 'Windows', ...classes.map((heightPx) => `as ${rungLabel(heightPx)}`)],
    rows: confusion.map((row, truth) => {
      const support = row.reduce((sum, count) => sum + count, 0);
      return [
        rungLabel(classes[truth]!),
        String(support),
        ...row.map((count) => (count === 0 ? '0' : `${count} (${percent(count / support)})`)),
      ];
    }),
  };
}
