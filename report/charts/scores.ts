import type { TopLevelSpec } from 'vega-lite';
import { CHART_COLOURS, chartHead, HINT } from './chart-style.js';

/** One line of a chart of scores. */
export interface ScoreLine {
  readonly name: string;
  readonly value: number;
  /** Bounds of an interval; null if there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Shown on hover. */
  readonly hint: string;
}

/** Input of a chart of scores. */
export interface ScoresChartInput {
  readonly description: string;
  readonly lines: readonly ScoreLine[];
  readonly xTitle: string;
  /** `dots`: from 0 to 1, shown in per cent; `bars`: from 0, or from the least value below it. */
  readonly as: 'dots' | 'bars';
  /** The score of everything, as a dashed line; null: none. */
  readonly reference: number | null;
  readonly width: number;
}

const LINE_HEIGHT = 22;
/** What other charts have left of their plotted area. */
const MARGIN = 40;
/** Longer names are cut; the table has them whole. */
const LONGEST_NAME = 26;
/** Mean width of a letter of a name in pixels. */
const LETTER = 6;

/** Chart with one line per name: a dot or a bar, and its interval. */
export function scoresChart({
  description,
  lines,
  xTitle,
  as,
  reference,
  width,
}: ScoresChartInput): TopLevelSpec {
  const names = lines.map(({ name }) => name);
  const extent = LETTER * Math.min(LONGEST_NAME, Math.max(1, ...names.map((name) => name.length))) + 12;
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    scale: as === 'dots' ? { domain: [0, 1] } : { zero: true },
    axis: { title: xTitle, tickCount: 5, labelFlush: false, ...(as === 'dots' ? { format: '.0%' } : {}) },
  };
  const y = {
    field: 'name',
    type: 'nominal' as const,
    sort: null,
    scale: { domain: names },
    axis: {
      title: null,
      domain: false,
      ticks: false,
      labelPadding: 8,
      labelLimit: 1000,
      labelExpr: `length(datum.label) > ${LONGEST_NAME} ? slice(datum.label, 0, ${LONGEST_NAME - 1}) + '…' : datum.label`,
      labelColor: CHART_COLOURS.ink,
      minExtent: extent,
      maxExtent: extent,
    },
  };
  return {
    ...chartHead(description),
    width: width - extent + MARGIN,
    height: { step: LINE_HEIGHT },
    data: { values: lines.map((line) => ({ ...line })) },
    layer: [
      ...(reference === null
        ? []
        : [
            {
              data: { values: [{ value: reference }] },
              mark: { type: 'rule' as const, strokeDash: [4, 4], color: CHART_COLOURS.muted, aria: false },
              encoding: { x },
            },
          ]),
      as === 'dots'
        ? {
            mark: { type: 'circle' as const, size: 90, color: CHART_COLOURS.mark, opacity: 1 },
            encoding: { x, y, description: HINT },
          }
        : {
            mark: { type: 'bar' as const, color: CHART_COLOURS.shares[3], height: { band: 0.7 } },
            encoding: { x, y, description: HINT },
          },
      {
        mark: {
          type: 'rule',
          strokeWidth: 1.5,
          color: as === 'dots' ? CHART_COLOURS.mark : CHART_COLOURS.ink,
          aria: false,
        },
        transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y },
      },
    ],
  };
}
