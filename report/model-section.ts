import type { DataOrigin } from '../schemas/data-origin.js';
import type { Evaluation } from '../learning/evaluation/evaluate.js';
import type { Interval } from '../learning/evaluation/bootstrap.js';
import { confusionMatrixChart } from './charts/confusion-matrix.js';
import { renderSvg } from './charts/render.js';
import { rocCurvesChart } from './charts/roc-curves.js';
import { rungLabel } from './charts/chart-style.js';
import { figure, html, type Html, table } from './html-element.js';
import type { ReportBaseline, ReportModel } from './report-input.js';
import { decimals, percent } from './shown-number.js';

/** The part of the report on the chosen model: scores beside the baselines', by class, confusion, ROC. */
export async function modelSection(
  { description, evaluation, switches }: ReportModel,
  baselines: readonly ReportBaseline[],
  origins: readonly DataOrigin[],
): Promise<Html> {
  const { confusion, classes, roc, perClass, macroAuc } = evaluation;
  const confusionSvg = await renderSvg(
    confusionMatrixChart({ title: 'Held-out sessions', confusion, classes, origins }),
  );
  const curves = perClass.map(({ heightPx, auc }, label) => ({ heightPx, auc, points: roc[label] ?? null }));
  const rocSvg = await renderSvg(rocCurvesChart({ title: 'Held-out sessions', curves, macroAuc, origins }));
  return html`<section>
    <h2>Model</h2>
    <p>
      ${description}; scored on ${evaluation.rows} windows of ${evaluation.sessions} sessions that it has not
      seen.
    </p>
    <dl class="numbers">
      ${headline('Macro-F1', decimals(evaluation.macroF1), evaluation.intervals?.macroF1 ?? null)}
      ${headline('Accuracy', decimals(evaluation.accuracy), evaluation.intervals?.accuracy ?? null)}
      ${headline('Mean AUC', decimals(evaluation.macroAuc), null)}
      ${headline('Within one rung', percent(evaluation.withinOneRung), null)}
    </dl>
    ${scoresTable(evaluation, baselines)} ${switchTable(switches)} ${classTable(evaluation)}
    <div class="pair">
      ${figure(
        confusionSvg,
        'Confusion matrix: how the windows of each true resolution were predicted; right ones lie on the diagonal from bottom left to top right.',
      )}
      ${figure(
        rocSvg,
        'ROC curves, each resolution against the rest: the nearer to the top left corner, the better; the diagonal is guessing.',
      )}
    </div>
  </section>`;
}

function headline(name: string, value: string, interval: Interval | null): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}${interval ? html`<small>${intervalText(interval)}</small>` : ''}</dd>
  </div>`;
}

function scoresTable(model: Evaluation, baselines: readonly ReportBaseline[]): Html {
  const columns = [{ name: 'Model', evaluation: model }, ...baselines];
  const row = (name: string, of: (evaluation: Evaluation) => string): string[] => [
    name,
    ...columns.map(({ evaluation }) => of(evaluation)),
  ];
  return table(
    'Scores on the held-out sessions, baselines beside; intervals of 95 % by resampling sessions',
    ['', ...columns.map(({ name }) => name)],
    [
      row('Macro-F1', (of) => withInterval(of.macroF1, of.intervals?.macroF1)),
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
      row('… that true confidences stay below, in 95 of 100 draws', (of) =>
        decimals(of.calibrationDoubt?.byChance ?? null),
      ),
    ],
  );
}

function switchTable(switches: ReportModel['switches']): Html | '' {
  const [model] = switches;
  if (model === undefined) return '';
  return table(
    'Accuracy by the time since the resolution last changed, at the window’s start; a window that holds the change counts as what most of it showed',
    ['Since the change', 'Windows', 'Sessions', ...switches.map(({ name }) => name)],
    model.scores.map(({ since, windows, sessions }, part) => [
      since,
      String(windows),
      String(sessions),
      ...switches.map(({ scores }) => {
        const { accuracy, interval } = scores[part] ?? {};
        return typeof accuracy === 'number' ? withInterval(accuracy, interval ?? undefined) : '–';
      }),
    ]),
  );
}

function classTable({ perClass }: Evaluation): Html {
  return table(
    'Scores of each resolution',
    ['Resolution', 'Windows', 'Precision', 'Recall', 'F1', 'AUC', 'Average precision'],
    perClass.map(({ heightPx, support, precision, recall, f1, auc, averagePrecision }) => [
      rungLabel(heightPx),
      String(support),
      decimals(precision),
      decimals(recall),
      decimals(f1),
      decimals(auc),
      decimals(averagePrecision),
    ]),
  );
}

function withInterval(value: number, interval: Interval | undefined): string {
  return interval ? `${decimals(value)} (${intervalText(interval)})` : decimals(value);
}

function intervalText({ low, high }: Interval): string {
  return `${decimals(low)} to ${decimals(high)}`;
}
