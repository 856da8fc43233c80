import type { TopLevelSpec } from 'vega-lite';
import { CHART_COLOURS, chartHead, classColour, HINT } from './chart-style.js';

/** One trial as a point. */
export interface TrialPoint {
  /** Number of the trial, or the value of one hyperparameter. */
  readonly x: number;
  readonly macroF1: number;
  /** Bounds of the 95 % interval; null if there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly family: string;
  /** Had its whole budget. */
  readonly isWhole: boolean;
  readonly isBest: boolean;
  readonly hint: string;
}

/** Input of the chart of trials. */
export interface TrialsChartInput {
  readonly description: string;
  readonly xTitle: string;
  readonly points: readonly TrialPoint[];
  /** In the order of their colours, the same on all charts of a page. */
  readonly families: readonly string[];
  readonly isLogarithmic: boolean;
  readonly hasLegend: boolean;
  readonly width: number;
}

/** Chart of scores of trials by their number or by one hyperparameter; filled: whole budget, with a ring: published. */
export function trialsChart(input: TrialsChartInput): TopLevelSpec {
  const { families, points } = input;
  const shown = families.filter((family) => points.some((point) => point.family === family));
  const values = points.map(({ low, high, ...point }) => ({
    ...point,
    low: low ?? point.macroF1,
    high: high ?? point.macroF1,
  }));
  const x = {
    field: 'x',
    type: 'quantitative' as const,
    scale: input.isLogarithmic
      ? { type: 'log' as const, nice: false, padding: 12 }
      : { zero: false, nice: false, padding: 12 },
    axis: {
      title: input.xTitle,
      tickCount: 5,
      tickMinStep: input.xTitle === 'trial' ? 1 : 0,
      format: '.3~r',
      grid: false,
      labelOverlap: true,
    },
  };
  const y = {
    field: 'macroF1',
    type: 'quantitative' as const,
    scale: { zero: false, padding: 8 },
    axis: { title: 'macro-F1 in cross-validation', tickCount: 5 },
  };
  const color = {
    field: 'family',
    type: 'nominal' as const,
    scale: { domain: shown, range: shown.map((family) => classColour(families.indexOf(family))) },
    legend: input.hasLegend
      ? {
          title: null,
          orient: 'bottom' as const,
          columns: input.width > 400 ? 6 : 2,
          symbolType: 'circle',
          symbolOpacity: 1,
          labelLimit: 160,
        }
      : null,
  };
  return {
    ...chartHead(input.description),
    width: input.width,
    height: 220,
    layer: [
      {
        data: { values },
        mark: { type: 'rule', strokeWidth: 1, opacity: 0.45, aria: false },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      ...layerOf(
        values.filter(({ isBest }) => isBest),
        { type: 'point', size: 260, filled: false, stroke: CHART_COLOURS.ink, strokeWidth: 1.5, aria: false },
        { x, y },
      ),
      ...layerOf(
        values.filter(({ isWhole }) => !isWhole),
        { type: 'point', filled: false, fill: CHART_COLOURS.onDark, strokeWidth: 1.5, size: 70 },
        { x, y, color, description: HINT },
      ),
      ...layerOf(
        values.filter(({ isWhole }) => isWhole),
        { type: 'circle', size: 80, opacity: 1 },
        { x, y, color, description: HINT },
      ),
    ],
  };
}

/** A layer of marks; none without values. */
function layerOf<const Mark, const Encoding>(values: TrialPoint[], mark: Mark, encoding: Encoding) {
  return values.length === 0 ? [] : [{ data: { values }, mark, encoding }];
}
