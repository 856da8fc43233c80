import type { TopLevelSpec } from 'vega-lite';
import { CHART_COLOURS, CHART_WIDTHS, chartHead, HINT } from './chart-style.js';

/** A point of a curve; both coordinates are shares. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  /** Shown on hover. */
  readonly hint: string;
  /** Windows behind the point, if the size of its mark tells. */
  readonly windows?: number;
}

/** One curve of the chart. */
export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly CurvePoint[];
}

/** Input of a chart of curves whose axes are shares. */
export interface CurvesChartInput {
  readonly description: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly curves: readonly Curve[];
  /** Title of the legend; null: one curve, no legend. */
  readonly legend: string | null;
  /** A dashed line between two corners, such as chance; null: none. */
  readonly reference: 'diagonal' | null;
  /** Points that stand alone, such as the chosen one. */
  readonly marked?: readonly CurvePoint[];
  /** Upper end of the y axis. */
  readonly yMost?: number;
}

/** Distance between two points that can be pointed at. */
const HOVER_STEP = 1 / 40;
const SIZE = CHART_WIDTHS.small;

/** Chart of curves in a square: ROC, precision and recall, reliability, risk against coverage. */
export function curvesChart(input: CurvesChartInput): TopLevelSpec {
  const { curves, legend, reference, marked = [], yMost = 1 } = input;
  const rows = curves.flatMap(({ name, points }) =>
    points.map(({ x, y, windows }, order) => ({ x, y, order, name, windows: windows ?? 0 })),
  );
  const hovered = curves.flatMap(({ name, points }) =>
    spread(points).map(({ x, y, hint, windows }) => ({ x, y, name, windows: windows ?? 0, hint })),
  );
  const isSized = hovered.some(({ windows }) => windows > 0);
  const share = (field: string, title: string, most: number) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [0, most], nice: false },
    axis: { title, format: '.0%', tickCount: 5, labelFlush: false },
  });
  const encoding = {
    x: share('x', input.xTitle, 1),
    y: share('y', input.yTitle, yMost),
  };
  const colour = {
    field: 'name',
    type: 'nominal' as const,
    scale: { domain: curves.map(({ name }) => name), range: curves.map((curve) => curve.colour) },
    legend:
      legend === null
        ? null
        : {
            title: legend,
            orient: 'bottom' as const,
            columns: 3,
            symbolType: 'stroke',
            symbolSize: 200,
            labelLimit: 90,
          },
  };
  return {
    ...chartHead(input.description),
    width: SIZE,
    height: SIZE,
    layer: [
      ...(reference === null
        ? []
        : [
            {
              data: {
                values: [
                  { x: 0, y: 0 },
                  { x: 1, y: 1 },
                ],
              },
              mark: {
                type: 'line' as const,
                strokeDash: [4, 4],
                strokeWidth: 1,
                color: CHART_COLOURS.muted,
                aria: false,
              },
              encoding,
            },
          ]),
      {
        data: { values: rows },
        mark: { type: 'line', strokeWidth: 2, strokeJoin: 'round', aria: false },
        encoding: { ...encoding, order: { field: 'order', type: 'quantitative' }, color: colour },
      },
      {
        data: { values: hovered },
        mark: isSized
          ? { type: 'circle', opacity: 1 }
          : { type: 'circle', size: 110, color: 'transparent', opacity: 1 },
        encoding: {
          ...encoding,
          description: HINT,
          ...(isSized
            ? {
                color: colour,
                size: {
                  field: 'windows',
                  type: 'quantitative',
                  scale: { range: [20, 320], zero: true },
                  legend: null,
                },
              }
            : {}),
        },
      },
      ...(marked.length === 0
        ? []
        : [
            {
              data: { values: marked.map(({ x, y, hint }) => ({ x, y, hint })) },
              mark: {
                type: 'point' as const,
                shape: 'diamond',
                size: 140,
                filled: true,
                opacity: 1,
                color: CHART_COLOURS.truth,
              },
              encoding: { ...encoding, description: HINT },
            },
          ]),
    ],
  };
}

/** Enough points to point at, and no two that cover each other. */
function spread(points: readonly CurvePoint[]): CurvePoint[] {
  const kept: CurvePoint[] = [];
  for (const [at, point] of points.entries()) {
    const last = kept.at(-1);
    const isFar = last === undefined || Math.abs(point.x - last.x) + Math.abs(point.y - last.y) >= HOVER_STEP;
    if (isFar || at === points.length - 1) kept.push(point);
  }
  return kept;
}
