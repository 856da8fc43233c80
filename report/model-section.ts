import type { Interval } from '../learning/evaluation/bootstrap.js';
import type { Evaluation } from '../learning/evaluation/evaluate.js';
import { differenceText } from '../learning/evaluation/lead-over.js';
import type { DataOrigin } from '../schemas/data-origin.js';
import { rungLabel } from './charts/chart-style.js';
import { confusionMatrixChart } from './charts/confusion-matrix.js';
import { renderSvg } from './charts/render.js';
import { rocCurvesChart } from './charts/roc-curves.js';
import { figure, html, type Html, table } from './html-element.js';
import type { ReportBaseline, ReportModel } from './report-input.js';
import { decimals, percent } from './shown-number.js';

/** The section on the chosen model: scores with the baselines', scores by class, confusion matrix, ROC curves. */
export async function modelSection(
  { description, choice, evaluation, switches }: ReportModel,
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
      ${description}; evaluated on ${evaluation.rows} windows of ${evaluation.sessions} held-out sessions.
    </p>
    ${choice === null ? '' : html`<p>${choice}</p>`}
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
        'Confusion matrix: predictions for the windows of each true resolution; correct ones are on the diagonal from bottom left to top right.',
      )}
      ${figure(
        rocSvg,
        'ROC curves, each resolution against the rest: the closer to the top left corner, the better; the diagonal is chance.',
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

function switchTable(switches: ReportModel['switches']): Html | '' {
  const [model] = switches;
  if (model === undefined) return '';
  return table(
    'Accuracy by the time from the last change of resolution to the window’s start; the true resolution of a window with a change is the one shown longest in it',
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
