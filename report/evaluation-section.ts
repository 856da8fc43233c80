import type { Interval } from '../learning/evaluation/bootstrap.js';
import type { ClassEvaluation, Evaluation } from '../learning/evaluation/evaluate.js';
import { differenceText } from '../learning/evaluation/lead-over.js';
import { chartGrid, type ChartFigure } from './chart-figure.js';
import { CHART_COLOURS, classColour, rungLabel } from './charts/chart-style.js';
import { confusionMatrixChart } from './charts/confusion-matrix.js';
import { curvesChart } from './charts/curves.js';
import { scoresChart } from './charts/scores.js';
import { html, type Html, table } from './html-element.js';
import type { ReportBaseline, ReportInput, ReportModel } from './report-input.js';
import { decimals, percent } from './shown-number.js';

/** More groups than this are told by the table alone, but for those with the most windows. */
const MOST_GROUPS = 30;
/** False positive rates and recalls of the tables behind the curves. */
const RATES = [0.01, 0.05, 0.1, 0.2];
const RECALLS = [0.5, 0.8, 0.9, 0.95];
const COVERAGES = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];

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
  ];
  return html`<p>
      Every figure here is of ${evaluation.rows} windows of ${evaluation.sessions} held-out sessions, which no
      trial and no fit has seen. Intervals come from resampling whole sessions, because windows of one session
      are alike.
    </p>
    <dl class="numbers">
      ${headline('Macro-F1', decimals(evaluation.macroF1), evaluation.intervals?.macroF1 ?? null)}
      ${headline('Accuracy', decimals(evaluation.accuracy), evaluation.intervals?.accuracy ?? null)}
      ${headline('Mean AUC', decimals(evaluation.macroAuc), null)}
      ${headline('Within one rung', percent(evaluation.withinOneRung), null)}
    </dl>
    ${scoresTable(evaluation, baselines)} ${classTable(evaluation)} ${await chartGrid(charts)}
    ${await chartGrid(groupFigures(groups, evaluation))}
    ${await chartGrid(switchFigures(switches, evaluation))}`;
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

/** The classes with a curve, each in the colour that it has on every chart. */
function curvesByClass<Point>(
  { perClass }: Evaluation,
  curves: readonly (readonly Point[] | null)[],
  toPoint: (point: Point, name: string) => { x: number; y: number; hint: string },
) {
  return perClass.flatMap(({ heightPx }, label) => {
    const name = rungLabel(heightPx);
    const points = curves[label];
    return points
      ? [{ name, colour: classColour(label), points: points.map((point) => toPoint(point, name)) }]
      : [];
  });
}

/** What is said of resolutions that have no curve, because no held-out window, or every one, is of them. */
function withoutCurve(perClass: readonly ClassEvaluation[]): string {
  const missing = perClass.filter(({ auc }) => auc === null).map(({ heightPx }) => rungLabel(heightPx));
  return missing.length === 0
    ? ''
    : ` No curve is defined for ${missing.join(', ')}: none of the held-out windows, or all of them, are of this resolution.`;
}

function rocFigure(evaluation: Evaluation): ChartFigure {
  const { perClass, roc, macroAuc } = evaluation;
  const recallAt = (label: number, rate: number): number | null =>
    roc[label]?.findLast(({ falsePositiveRate }) => falsePositiveRate <= rate)?.truePositiveRate ?? null;
  return {
    heading: 'ROC curves',
    caption: `Each resolution against the rest: the closer to the top left corner, the better; the dashed diagonal is chance. Mean AUC ${decimals(macroAuc)}.${withoutCurve(perClass)}`,
    chart: () =>
      curvesChart({
        description: 'ROC curve of each resolution',
        xTitle: 'false positive rate',
        yTitle: 'true positive rate',
        legend: 'resolution',
        reference: 'diagonal',
        curves: curvesByClass(
          evaluation,
          roc,
          ({ falsePositiveRate, truePositiveRate, threshold }, name) => ({
            x: falsePositiveRate,
            y: truePositiveRate,
            hint: `${name}${threshold === null ? '' : `, from probability ${threshold.toFixed(2)} on`}: ${percent(truePositiveRate)} of its windows found, ${percent(falsePositiveRate)} of the others taken for it`,
          }),
        ),
      }),
    size: 'small',
    columns: ['Resolution', 'AUC', ...RATES.map((rate) => `Found at ${percent(rate)} false`)],
    rows: perClass.map(({ heightPx, auc }, label) => [
      rungLabel(heightPx),
      decimals(auc),
      ...RATES.map((rate) => percent(recallAt(label, rate))),
    ]),
  };
}

function precisionRecallFigures(evaluation: Evaluation): ChartFigure[] {
  const { perClass, precisionRecall } = evaluation;
  if (precisionRecall === undefined) return [];
  const precisionAt = (label: number, least: number): number | null =>
    precisionRecall[label]?.find(({ recall }) => recall >= least)?.precision ?? null;
  return [
    {
      heading: 'Precision and recall',
      caption: `Each resolution against the rest: precision is the share of right ones among the windows taken for it, recall the share of its windows that are found. The closer to the top right corner, the better.${withoutCurve(perClass)}`,
      chart: () =>
        curvesChart({
          description: 'Precision by recall of each resolution',
          xTitle: 'recall',
          yTitle: 'precision',
          legend: 'resolution',
          reference: null,
          curves: curvesByClass(evaluation, precisionRecall, ({ recall, precision, threshold }, name) => ({
            x: recall,
            y: precision,
            hint: `${name}, from probability ${threshold.toFixed(2)} on: precision ${percent(precision)}, recall ${percent(recall)}`,
          })),
        }),
      size: 'small',
      columns: [
        'Resolution',
        'Average precision',
        ...RECALLS.map((recall) => `Precision at ${percent(recall)} found`),
      ],
      rows: perClass.map(({ heightPx, averagePrecision }, label) => [
        rungLabel(heightPx),
        decimals(averagePrecision),
        ...RECALLS.map((recall) => percent(precisionAt(label, recall))),
      ]),
    },
  ];
}

function reliabilityFigure({
  calibrationBins,
  expectedCalibrationError,
  calibrationDoubt,
}: Evaluation): ChartFigure {
  const byChance = calibrationDoubt?.byChance;
  return {
    heading: 'Is the confidence right?',
    caption: `Windows by their confidence: on the dashed line, a confidence of 80 % is right 80 % of the time; below it, the model is too sure. The size of a point is its number of windows. Mean distance from the line (calibration error) ${decimals(expectedCalibrationError)}${typeof byChance === 'number' ? `; a perfect model of as many sessions shows up to ${decimals(byChance)} by chance` : ''}.`,
    chart: () =>
      curvesChart({
        description: 'Accuracy by confidence',
        xTitle: 'confidence',
        yTitle: 'share of right windows',
        legend: null,
        reference: 'diagonal',
        curves: [
          {
            name: 'accuracy',
            colour: CHART_COLOURS.mark,
            points: calibrationBins.flatMap(({ from, to, rows, meanConfidence, accuracy }) =>
              meanConfidence === null || accuracy === null
                ? []
                : [
                    {
                      x: meanConfidence,
                      y: accuracy,
                      windows: rows,
                      hint: `confidence ${from.toFixed(1)} to ${to.toFixed(1)}: ${percent(accuracy)} of ${rows} windows right, mean confidence ${percent(meanConfidence)}`,
                    },
                  ],
            ),
          },
        ],
      }),
    size: 'small',
    columns: ['Confidence', 'Windows', 'Mean confidence', 'Right'],
    rows: calibrationBins.map(({ from, to, rows, meanConfidence, accuracy }) => [
      `${from.toFixed(1)} to ${to.toFixed(1)}`,
      String(rows),
      percent(meanConfidence),
      percent(accuracy),
    ]),
  };
}

function coverageFigures({ coverage, answered }: Evaluation): ChartFigure[] {
  if (coverage === undefined || coverage.length === 0) return [];
  const risks = [...coverage.map(({ risk }) => risk), answered?.wrong ?? 0];
  const chosen =
    answered === null || answered.wrong === null ? null : { x: answered.answered, y: answered.wrong };
  const told =
    chosen === null
      ? ''
      : ` The diamond is this model: ${percent(chosen.x)} of the windows are answered and ${percent(chosen.y)} of the answers wrong; the others are unknown, for a low confidence or another reason.`;
  return [
    {
      heading: 'What leaving windows unknown brings',
      caption: `Share of wrong answers if only the most confident windows are answered: the further left, the fewer are answered.${told}`,
      chart: () =>
        curvesChart({
          description: 'Share of wrong answers by share of answered windows',
          xTitle: 'windows answered',
          yTitle: 'wrong among them',
          legend: null,
          reference: null,
          yMost: Math.max(0.05, Math.min(1, Math.ceil(Math.max(...risks) * 20) / 20)),
          curves: [
            {
              name: 'wrong',
              colour: CHART_COLOURS.mark,
              points: coverage.map(({ coverage: share, risk, leastConfidence }) => ({
                x: share,
                y: risk,
                hint: `from confidence ${leastConfidence.toFixed(2)} on: ${percent(share)} of the windows answered, ${percent(risk)} of these wrong`,
              })),
            },
          ],
          marked:
            chosen === null
              ? []
              : [
                  {
                    ...chosen,
                    hint: `this model: ${percent(chosen.x)} answered, ${percent(chosen.y)} of these wrong`,
                  },
                ],
        }),
      size: 'small',
      columns: ['Answered', 'Wrong among these', 'Least confidence'],
      rows: COVERAGES.flatMap((share) => {
        const point = coverage.find((of) => of.coverage >= share - 1e-9);
        return point === undefined
          ? []
          : [[percent(point.coverage), percent(point.risk), decimals(point.leastConfidence)]];
      }),
    },
  ];
}

/** Scores of a chart with one line per group. */
interface GroupLine {
  readonly name: string;
  readonly windows: number;
  readonly sessions: number;
  readonly accuracy: number;
  readonly interval: Interval | null;
}

function groupChart(lines: readonly GroupLine[], all: number, description: string): ChartFigure['chart'] {
  return (width) =>
    scoresChart({
      description,
      xTitle: 'accuracy',
      as: 'dots',
      reference: all,
      width,
      lines: lines.slice(0, MOST_GROUPS).map(({ name, windows, sessions, accuracy, interval }) => ({
        name,
        value: accuracy,
        low: interval?.low ?? null,
        high: interval?.high ?? null,
        hint: `${name}: ${percent(accuracy)} of ${windows} windows of ${sessions} sessions right${interval ? ` (95 % ${intervalText(interval)})` : ''}`,
      })),
    });
}

function groupFigures(groups: ReportInput['groups'], evaluation: Evaluation): ChartFigure[] {
  return groups.map(({ kind, scores }) => {
    const lines = scores.map(({ group, ...score }) => ({ ...score, name: group }));
    const left = lines.length - MOST_GROUPS;
    return {
      heading: `By ${kind}`,
      caption: `Share of right windows of each ${kind}, with its 95 % interval if there are several sessions; dashed: of all windows.${left > 0 ? ` The ${MOST_GROUPS} with the most windows are drawn; the table has all ${lines.length}.` : ''}`,
      chart: groupChart(lines, evaluation.accuracy, `Accuracy by ${kind}`),
      size: 'small',
      columns: [kind, 'Windows', 'Sessions', 'Accuracy', 'Macro-F1'],
      rows: scores.map(({ group, windows, sessions, accuracy, macroF1, interval }) => [
        group,
        String(windows),
        String(sessions),
        withInterval(accuracy, interval ?? undefined),
        decimals(macroF1),
      ]),
    };
  });
}

function switchFigures(switches: ReportModel['switches'], evaluation: Evaluation): ChartFigure[] {
  const [model] = switches;
  if (model === undefined) return [];
  const lines = model.scores.flatMap(({ since, windows, sessions, accuracy, interval }) =>
    accuracy === null ? [] : [{ name: since, windows, sessions, accuracy, interval }],
  );
  return [
    {
      heading: 'By the time since a switch of resolution',
      caption:
        'Share of right windows by the time from the last switch to the window’s start; the true resolution of a window with a switch is the one shown longest in it. Dashed: of all windows without a switch.',
      chart: groupChart(lines, evaluation.accuracy, 'Accuracy by the time since a switch'),
      size: 'small',
      columns: ['Since the switch', 'Windows', 'Sessions', ...switches.map(({ name }) => name)],
      rows: model.scores.map(({ since, windows, sessions }, part) => [
        since,
        String(windows),
        String(sessions),
        ...switches.map(({ scores }) => {
          const { accuracy, interval } = scores[part] ?? {};
          return typeof accuracy === 'number' ? withInterval(accuracy, interval ?? undefined) : '–';
        }),
      ]),
    },
  ];
}

function withInterval(value: number, interval: Interval | undefined): string {
  return interval ? `${decimals(value)} (${intervalText(interval)})` : decimals(value);
}

function intervalText({ low, high }: Interval): string {
  return `${decimals(low)} to ${decimals(high)}`;
}
