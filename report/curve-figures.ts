import { countText } from '../common/count-text.js';
import { answersGain } from '../learning/evaluation/answers-gain.js';
import type { ClassEvaluation, Evaluation } from '../learning/evaluation/evaluate.js';
import type { ChartFigure } from './chart-figure.js';
import { CHART_COLOURS, classColour, rungLabel } from './charts/chart-style.js';
import { curvesChart } from './charts/curves.js';
import { decimals, percent } from './shown-number.js';

/** False positive rates and recalls of the tables behind the curves. */
const RATES = [0.01, 0.05, 0.1, 0.2];
const RECALLS = [0.5, 0.8, 0.9, 0.95];
const COVERAGES = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];

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

export function rocFigure(evaluation: Evaluation): ChartFigure {
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

export function precisionRecallFigures(evaluation: Evaluation): ChartFigure[] {
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

export function reliabilityFigure({
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
                      hint: `confidence ${from.toFixed(1)} to ${to.toFixed(1)}: ${percent(accuracy)} of ${countText(rows, 'window')} right, mean confidence ${percent(meanConfidence)}`,
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

/** What the answers would be if no window were left unknown, and that leaving some did not help if it did not. */
function gainText(evaluation: Evaluation): string {
  const gain = answersGain(evaluation);
  if (gain === null) return '';
  const ofAll = `if all were answered, ${percent(gain.ofAll)} would be wrong`;
  return gain.ofAnswered < gain.ofAll
    ? ` I${ofAll.slice(1)}.`
    : ` Leaving windows unknown did not help on these sessions: ${ofAll}.`;
}

export function coverageFigures(evaluation: Evaluation): ChartFigure[] {
  const { coverage, answered } = evaluation;
  if (coverage === undefined || coverage.length === 0) return [];
  const risks = [...coverage.map(({ risk }) => risk), answered?.wrong ?? 0];
  const chosen =
    answered === null || answered.wrong === null ? null : { x: answered.answered, y: answered.wrong };
  const told =
    chosen === null
      ? ''
      : ` The diamond is this model: ${percent(chosen.x)} of the windows are answered and ${percent(chosen.y)} of the answers wrong; the others are unknown, for a low confidence or another reason.${gainText(evaluation)}`;
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
