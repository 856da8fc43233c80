import type { TopLevelSpec } from 'vega-lite';
import { countText } from '../../common/count-text.js';
import type { DataOrigin } from '../../schemas/data-origin.js';
import type { WindowPrediction } from '../../schemas/window-prediction.js';
import { CHART_COLOURS, CHART_WIDTHS, chartHead, HINT, rungLabel } from './chart-style.js';
import {
  hasQuality,
  heatCells,
  stepCorners,
  thinnedSegments,
  throughputUnit,
  toChartWindows,
  windowHint,
  type ChartSegment,
  type ChartWindow,
  type StepCorner,
} from './timeline-data.js';

/** Input of the chart of a session. */
export interface TimelineChartInput {
  readonly title: string;
  /** Windows of one session, by start. */
  readonly rows: readonly WindowPrediction[];
  /** Heights of the ladder in pixels, ascending. */
  readonly classes: readonly number[];
  readonly origins: readonly DataOrigin[];
  /** Time of second 0 of the session, microseconds since 1970; null or absent: not known. */
  readonly startUs?: number | null;
  /** Media segments of the session, by time; absent in reports of an earlier version, as `throughput`. */
  readonly segments?: readonly ChartSegment[];
  /** Downstream of the service in each window, by `lengths` of packets; absent: those on the wire. */
  readonly throughput?: readonly { readonly startSeconds: number; readonly kbps: number }[];
  readonly lengths?: 'wire' | 'captured';
}

/** How a timeline is drawn: on a page, which has its own titles, or in a file of its own. */
export interface TimelineDrawing {
  readonly width: number;
  readonly isTitled: boolean;
}

const RUNG_HEIGHT = 34;
const STRIP_HEIGHT = 64;
const TICK_STEPS_SECONDS = [10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];
/** Least distance of two times on the axis, in pixels. */
const TICK_PIXELS = 58;
const CLOCK = "floor(datum.value / 60) + ':' + (datum.value % 60 < 10 ? '0' : '') + (datum.value % 60)";

/** Width and colour of each line of the chart. */
const LINES = {
  true: { width: 9, colour: CHART_COLOURS.truth },
  predicted: { width: 2.5, colour: CHART_COLOURS.predicted },
} as const;

/** Colours of media segments by their kind. */
const KINDS = {
  video: CHART_COLOURS.classes[0],
  audio: CHART_COLOURS.classes[1],
  media: CHART_COLOURS.classes[6],
} as const;

/**
 * Chart of a session: the probability of every rung as a heat map; on it the true rung, if known, as a broad line and
 * the predicted rung as a thin line (all this only if a model was applied); below, the media segments as points by size, and
 * the throughput; without these, the confidence. Unknown windows have no line, and are grey if nothing is known of them.
 */
export function timelineChart(
  input: TimelineChartInput,
  { width, isTitled }: TimelineDrawing = { width: CHART_WIDTHS.wide, isTitled: true },
): TopLevelSpec {
  const { title, classes, segments = [], throughput = [] } = input;
  const windows = toChartWindows(input.rows);
  const blank = windows.filter(({ row }) => row.predictedPx === null && row.probabilities.length === 0);
  const hasTruth = windows.some(({ row }) => row.truePx !== null);
  // The true rung may be one that no model knows.
  const truths = windows.flatMap(({ row }) => (row.truePx === null ? [] : [row.truePx]));
  const rungs = [...new Set([...classes, ...truths])].sort((left, right) => right - left).map(rungLabel);
  const time = timeAxis(windows, input.startUs ?? null, width);
  const x = time.channel;
  const unit = throughputUnit(input);
  const kbpsAt = new Map(throughput.map(({ startSeconds, kbps }) => [startSeconds, kbps]));
  const throughputAt = ({ startSeconds }: WindowPrediction) => {
    const kbps = kbpsAt.get(startSeconds);
    return kbps === undefined ? null : { kbps, unit };
  };
  const strips = [
    ...(segments.length > 0 ? [segmentStrip(input, windows, x, width)] : []),
    ...(throughput.length > 0
      ? [
          areaStrip(
            stepCorners(windows, (row) => kbpsAt.get(row.startSeconds) ?? null),
            x,
            unit.split(' '),
            { tickCount: 3 },
            undefined,
          ),
        ]
      : [
          areaStrip(
            stepCorners(windows, (row) => row.confidence),
            x,
            'confidence',
            { values: [0, 0.5, 1], format: '.0%' },
            [0, 1],
          ),
        ]),
  ];
  const last = strips.pop()!;
  const quality = {
    height: RUNG_HEIGHT * rungs.length,
    layer: [
      heatMapLayer(windows, x, rungs, isTitled || width > CHART_WIDTHS.narrow),
      {
        data: { values: blank.map(({ start, end }) => ({ start, end })) },
        mark: { type: 'rect' as const, color: CHART_COLOURS.unknown, aria: false },
        encoding: { x, x2: { field: 'end' } },
      },
      ...(hasTruth ? [lineLayer('true', windows, x, rungs)] : []),
      lineLayer('predicted', windows, x, rungs),
      {
        data: {
          values: windows.map(({ start, end, row }) => ({
            start,
            end,
            hint: windowHint(row, input.startUs ?? null, throughputAt(row)),
          })),
        },
        mark: { type: 'rect' as const, color: 'transparent' },
        encoding: { x, x2: { field: 'end' }, description: HINT },
      },
    ],
    resolve: { scale: { color: 'independent' as const } },
  };
  const panels = [
    ...(hasQuality(input.rows) ? [quality] : []),
    ...strips,
    { ...last, encoding: { ...last.encoding, x: { ...x, axis: { ...x.axis, ...time.shown } } } },
  ];
  return {
    ...chartHead(`Resolution over time: ${title}`),
    ...(isTitled ? { title: { text: title, subtitle: subtitle(input, windows) } } : {}),
    spacing: 12,
    vconcat: panels.map((panel) => ({ width, ...panel })),
  };
}

function heatMapLayer(windows: readonly ChartWindow[], x: TimeChannel, rungs: string[], isRoomy: boolean) {
  return {
    data: { values: heatCells(windows, CHART_COLOURS.shares.length) },
    mark: { type: 'rect' as const, aria: false },
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
          gradientLength: isRoomy ? 160 : 90,
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
      aria: false,
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
          title: null,
          values: windows.some(({ row }) => row.truePx !== null) ? ['predicted', 'true'] : ['predicted'],
          orient: 'top' as const,
          direction: 'horizontal' as const,
          symbolType: 'stroke',
          symbolSize: 300,
        },
      },
    },
  };
}

function segmentStrip(
  { segments = [], startUs }: TimelineChartInput,
  windows: readonly ChartWindow[],
  x: TimeChannel,
  width: number,
) {
  const { points } = thinnedSegments(segments, width, startUs, windows[0]?.row.startSeconds);
  const kinds = Object.keys(KINDS).filter((kind) => points.some((point) => point.kind === kind));
  const end = windows.at(-1)?.end ?? 0;
  return {
    height: STRIP_HEIGHT,
    data: { values: points.filter(({ start }) => start >= 0 && start <= end) },
    mark: { type: 'square' as const, size: 16, opacity: 1 },
    encoding: {
      x,
      y: {
        field: 'megabytes',
        type: 'quantitative' as const,
        scale: { type: 'sqrt' as const, zero: true },
        axis: { title: ['segment, MB', '(root scale)'], tickCount: 3, domain: false, ticks: false },
      },
      color: {
        field: 'kind',
        type: 'nominal' as const,
        scale: { domain: kinds, range: kinds.map((kind) => KINDS[kind as keyof typeof KINDS]) },
        legend: {
          title: null,
          orient: 'top' as const,
          direction: 'horizontal' as const,
          symbolType: 'circle',
          symbolStrokeWidth: 0,
        },
      },
      description: HINT,
    },
  };
}

function areaStrip(
  corners: readonly StepCorner<number>[],
  x: TimeChannel,
  title: string | string[],
  axis: object,
  domain: number[] | undefined,
) {
  return {
    height: STRIP_HEIGHT,
    data: {
      values: corners.map(({ start, value, run }) => ({ start, value: Math.round(value * 1e4) / 1e4, run })),
    },
    mark: {
      type: 'area' as const,
      interpolate: 'step-after' as const,
      color: CHART_COLOURS.shares[3],
      aria: false,
    },
    encoding: {
      x,
      y: {
        field: 'value',
        type: 'quantitative' as const,
        stack: null,
        scale: domain === undefined ? { zero: true } : { domain },
        axis: { title, domain: false, ticks: false, ...axis },
      },
      detail: { field: 'run', type: 'nominal' as const },
    },
  };
}

type TimeChannel = ReturnType<typeof timeAxis>['channel'];

/** The time channel of all panels, and what the axis of the lowest one shows: the session's time, and the clock's if known. */
function timeAxis(windows: readonly ChartWindow[], startUs: number | null, width: number) {
  const startSeconds = windows[0]?.row.startSeconds ?? 0;
  const endSeconds = windows.reduce((latest, { end }) => Math.max(latest, end), 1);
  const mostTicks = Math.max(2, Math.floor(width / TICK_PIXELS));
  const step =
    TICK_STEPS_SECONDS.find((seconds) => endSeconds / seconds <= mostTicks) ?? TICK_STEPS_SECONDS.at(-1)!;
  const firstMs = startUs === null ? null : Math.floor(startUs / 1000) + 1000 * startSeconds;
  return {
    channel: {
      field: 'start',
      type: 'quantitative' as const,
      scale: { domain: [0, endSeconds], nice: false },
      axis: {
        values: Array.from({ length: Math.floor(endSeconds / step) + 1 }, (_, index) => index * step),
        labels: false,
        ticks: false,
        title: null as string | null,
        grid: false,
      },
    },
    shown: {
      labels: true,
      ticks: true,
      labelFlush: false,
      labelExpr:
        firstMs === null ? CLOCK : `[${CLOCK}, utcFormat(${firstMs} + 1000 * datum.value, '%H:%M:%S')]`,
      title:
        firstMs === null
          ? 'time in the session (m:ss)'
          : `time in the session (m:ss) and UTC, ${new Date(firstMs).toISOString().slice(0, 10)}`,
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

function subtitle({ rows, origins }: TimelineChartInput, windows: readonly ChartWindow[]): string {
  const unknown = windows.filter(({ row }) => row.predictedPx === null);
  const blank = unknown.filter(({ row }) => row.probabilities.length === 0).length;
  const known = rows.filter((row) => row.truePx !== null && row.predictedPx !== null);
  const right = known.filter((row) => row.truePx === row.predictedPx).length;
  return [
    ...(origins.length > 0 ? [`${origins.join(', ')} session`] : []),
    countText(rows.length, 'window'),
    ...(blank > 0 ? [`${blank} unknown (grey)`] : []),
    ...(unknown.length > blank ? [`${unknown.length - blank} too uncertain (no line)`] : []),
    ...(known.length > 0 ? [`${right} of ${known.length} right`] : []),
  ].join(' · ');
}
