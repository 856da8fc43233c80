import type { TopLevelSpec } from 'vega-lite';
import type { DataOrigin } from '../../schemas/data-origin.js';
import type { WindowPrediction } from '../../schemas/window-prediction.js';
import { CHART_COLOURS, CHART_CONFIG, rungLabel } from './chart-style.js';
import { heatCells, roundShare, stepCorners, toChartWindows, type ChartWindow } from './timeline-data.js';

/** Input of the chart of a session. */
export interface TimelineChartInput {
  readonly title: string;
  /** Windows of one session, by start. */
  readonly rows: readonly WindowPrediction[];
  /** Heights of the ladder in pixels, ascending. */
  readonly classes: readonly number[];
  readonly origins: readonly DataOrigin[];
}

const WIDTH = 760;
const RUNG_HEIGHT = 34;
const TICK_STEPS_SECONDS = [10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];
const MOST_TICKS = 13;
const CLOCK = "floor(datum.value / 60) + ':' + (datum.value % 60 < 10 ? '0' : '') + (datum.value % 60)";

/** Width and colour of each line of the chart. */
const LINES = {
  true: { width: 9, colour: CHART_COLOURS.truth },
  predicted: { width: 2.5, colour: CHART_COLOURS.predicted },
} as const;

/**
 * Chart of a session: the probability of every rung as a heat map; on it the true rung, if known, as a broad line and
 * the predicted rung as a thin line; below, the confidence as a strip. Unknown windows have no line, and are grey if nothing is
 * known of them.
 */
export function timelineChart(input: TimelineChartInput): TopLevelSpec {
  const { title, classes } = input;
  const windows = toChartWindows(input.rows);
  const unknown = windows.filter(({ row }) => row.predictedPx === null);
  const blank = unknown.filter(({ row }) => row.probabilities.length === 0);
  const hasTruth = windows.some(({ row }) => row.truePx !== null);
  const x = timeChannel(windows);
  // The true rung may be one that no model knows.
  const truths = windows.flatMap(({ row }) => (row.truePx === null ? [] : [row.truePx]));
  const rungs = [...new Set([...classes, ...truths])].sort((left, right) => right - left).map(rungLabel);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `Resolution over time: ${title}`,
    title: { text: title, subtitle: subtitle(input, unknown.length, blank.length) },
    config: CHART_CONFIG,
    spacing: 12,
    vconcat: [
      {
        width: WIDTH,
        height: RUNG_HEIGHT * rungs.length,
        layer: [
          heatMapLayer(windows, x, rungs),
          {
            data: { values: blank.map(({ start, end }) => ({ start, end })) },
            mark: { type: 'rect', color: CHART_COLOURS.unknown },
            encoding: { x, x2: { field: 'end' } },
          },
          ...(hasTruth ? [lineLayer('true', windows, x, rungs)] : []),
          lineLayer('predicted', windows, x, rungs),
        ],
        resolve: { scale: { color: 'independent' } },
      },
      confidenceStrip(windows, x),
    ],
  };
}

function heatMapLayer(windows: readonly ChartWindow[], x: TimeChannel, rungs: string[]) {
  return {
    data: { values: heatCells(windows) },
    mark: { type: 'rect' as const },
    encoding: {
      x,
      x2: { field: 'end' },
      y: rungChannel('rung', rungs),
      color: {
        field: 'probability',
        type: 'quantitative' as const,
        scale: { type: 'quantize' as const, domain: [0, 1], range: [...CHART_COLOURS.shares] },
        legend: {
          title: 'probability',
          orient: 'top' as const,
          format: '.0%',
          gradientLength: 160,
          gradientThickness: 10,
          titleOrient: 'left' as const,
        },
      },
    },
  };
}

function lineLayer(
  name: keyof typeof LINES,
  windows: readonly ChartWindow[],
  x: TimeChannel,
  rungs: string[],
) {
  const heightOf = (row: WindowPrediction) => (name === 'true' ? row.truePx : row.predictedPx);
  return {
    data: {
      values: stepCorners(windows, heightOf).map(({ start, value, run }) => ({
        start,
        rung: rungLabel(value),
        run,
      })),
    },
    mark: {
      type: 'line' as const,
      interpolate: 'step-after' as const,
      strokeWidth: LINES[name].width,
      strokeJoin: 'miter' as const,
    },
    encoding: {
      x,
      y: rungChannel('rung', rungs),
      detail: { field: 'run', type: 'nominal' as const },
      order: { field: 'start', type: 'quantitative' as const },
      stroke: {
        datum: name,
        type: 'nominal' as const,
        scale: {
          domain: Object.keys(LINES),
          range: Object.values(LINES).map(({ colour }) => colour),
        },
        legend: {
          title: 'resolution',
          values: windows.some(({ row }) => row.truePx !== null) ? ['predicted', 'true'] : ['predicted'],
          orient: 'top' as const,
          titleOrient: 'left' as const,
          symbolType: 'stroke',
          symbolSize: 300,
        },
      },
    },
  };
}

function confidenceStrip(windows: readonly ChartWindow[], x: TimeChannel) {
  return {
    width: WIDTH,
    height: 56,
    data: {
      values: stepCorners(windows, (row) => row.confidence).map(({ start, value, run }) => ({
        start,
        confidence: roundShare(value),
        run,
      })),
    },
    mark: { type: 'area' as const, interpolate: 'step-after' as const, color: CHART_COLOURS.shares[3] },
    encoding: {
      x: { ...x, axis: { ...x.axis, labels: true, ticks: true, title: 'time in the session (m:ss)' } },
      y: {
        field: 'confidence',
        type: 'quantitative' as const,
        stack: null,
        scale: { domain: [0, 1] },
        axis: { title: 'confidence', values: [0, 0.5, 1], format: '.0%', domain: false, ticks: false },
      },
      detail: { field: 'run', type: 'nominal' as const },
    },
  };
}

type TimeChannel = ReturnType<typeof timeChannel>;

function timeChannel(windows: readonly ChartWindow[]) {
  const endSeconds = windows.reduce((latest, { end }) => Math.max(latest, end), 1);
  const step =
    TICK_STEPS_SECONDS.find((seconds) => endSeconds / seconds <= MOST_TICKS) ?? TICK_STEPS_SECONDS.at(-1)!;
  return {
    field: 'start',
    type: 'quantitative' as const,
    scale: { domain: [0, endSeconds], nice: false },
    axis: {
      values: Array.from({ length: Math.floor(endSeconds / step) + 1 }, (_, index) => index * step),
      labelExpr: CLOCK,
      labelFlush: false,
      labels: false,
      ticks: false,
      title: null as string | null,
      grid: false,
    },
  };
}

function rungChannel(field: string, rungs: string[]) {
  return {
    field,
    type: 'ordinal' as const,
    sort: null,
    scale: { domain: rungs, paddingInner: 0.06 },
    axis: { title: null, domain: false, ticks: false, labelFontSize: 12, labelPadding: 6 },
  };
}

function subtitle({ rows, origins }: TimelineChartInput, unknown: number, blank: number): string {
  const known = rows.filter((row) => row.truePx !== null && row.predictedPx !== null);
  const right = known.filter((row) => row.truePx === row.predictedPx).length;
  return [
    ...(origins.length > 0 ? [`${origins.join(', ')} session`] : []),
    `${rows.length} windows`,
    ...(blank > 0 ? [`${blank} unknown (grey)`] : []),
    ...(unknown > blank ? [`${unknown - blank} too uncertain (no line)`] : []),
    ...(known.length > 0 ? [`${right} of ${known.length} right`] : []),
  ].join(' · ');
}
