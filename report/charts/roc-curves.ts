import type { TopLevelSpec } from 'vega-lite';
import type { RocPoint } from '../../learning/evaluation/roc.js';
import type { DataOrigin } from '../../schemas/data-origin.js';
import { CHART_COLOURS, CHART_CONFIG, rungLabel } from './chart-style.js';

/** One curve of the chart. */
export interface RocChartCurve {
  readonly heightPx: number;
  /** Null if no row or every row is of the class; it is then listed without a curve. */
  readonly points: readonly RocPoint[] | null;
  readonly auc: number | null;
}

/** Input of the chart of ROC curves. */
export interface RocCurvesChartInput {
  readonly title: string;
  /** By height, ascending. */
  readonly curves: readonly RocChartCurve[];
  readonly macroAuc: number | null;
  readonly origins: readonly DataOrigin[];
}

const SIZE = 320;

/** Chart of one-vs-rest ROC curves, one per resolution, the AUC in the legend, chance as a dashed diagonal. */
export function rocCurvesChart(input: RocCurvesChartInput): TopLevelSpec {
  const { title, curves, macroAuc, origins } = input;
  const names = curves.map(({ heightPx, auc }) => `${rungLabel(heightPx)}  ${shown(auc)}`);
  const points = curves.flatMap((curve, index) =>
    (curve.points ?? []).map(({ falsePositiveRate, truePositiveRate }, order) => ({
      x: falsePositiveRate,
      y: truePositiveRate,
      order,
      name: names[index],
    })),
  );
  const rate = (field: string, label: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [0, 1] },
    axis: { title: label, format: '.0%', tickCount: 5, labelFlush: false },
  });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `ROC curves: ${title}`,
    title: {
      text: title,
      subtitle: [
        `${origins.length > 0 ? `${origins.join(', ')} data · ` : ''}each resolution against the rest`,
        `mean AUC ${shown(macroAuc)}`,
      ],
    },
    config: CHART_CONFIG,
    width: SIZE,
    height: SIZE,
    layer: [
      {
        data: {
          values: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
        },
        mark: { type: 'line', strokeDash: [4, 4], strokeWidth: 1, color: CHART_COLOURS.muted },
        encoding: { x: rate('x', 'false positive rate'), y: rate('y', 'true positive rate') },
      },
      {
        data: { values: points },
        mark: { type: 'line', strokeWidth: 2, strokeJoin: 'round' },
        encoding: {
          x: rate('x', 'false positive rate'),
          y: rate('y', 'true positive rate'),
          order: { field: 'order', type: 'quantitative' },
          color: {
            field: 'name',
            type: 'nominal',
            scale: {
              domain: names,
              range: names.map((_, index) => CHART_COLOURS.classes[index % CHART_COLOURS.classes.length]!),
            },
            legend: { title: 'AUC', symbolType: 'stroke', symbolSize: 300 },
          },
        },
      },
    ],
  };
}

function shown(auc: number | null): string {
  return auc === null ? 'not defined' : auc.toFixed(3);
}
