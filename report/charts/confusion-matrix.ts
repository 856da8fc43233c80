import type { TopLevelSpec } from 'vega-lite';
import type { ConfusionMatrix } from '../../learning/evaluation/confusion.js';
import type { DataOrigin } from '../../schemas/data-origin.js';
import { CHART_COLOURS, CHART_CONFIG, rungLabel } from './chart-style.js';

/** Input of the chart of a confusion matrix. */
export interface ConfusionMatrixChartInput {
  readonly title: string;
  /** Rows at [truth][predicted]. */
  readonly confusion: ConfusionMatrix;
  /** Heights in pixels, ascending, one per class. */
  readonly classes: readonly number[];
  readonly origins: readonly DataOrigin[];
}

const CELL = 62;

/**
 * Chart of a confusion matrix, highest resolution on top: each cell shows its rows and their share of the true class,
 * and is coloured by that share.
 */
export function confusionMatrixChart(input: ConfusionMatrixChartInput): TopLevelSpec {
  const { title, confusion, classes, origins } = input;
  const rungs = classes.map(rungLabel);
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  const cells = confusion.flatMap((row, truth) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({
      truth: rungs[truth],
      predicted: rungs[predicted],
      count: count === 0 ? '' : String(count),
      share: support === 0 ? 0 : count / support,
      label: count === 0 ? '–' : `${Math.round((100 * count) / support)} %`,
    }));
  });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `Confusion matrix: ${title}`,
    title: {
      text: title,
      subtitle: [
        `${origins.length > 0 ? `${origins.join(', ')} data · ` : ''}${total} windows`,
        'share of each true resolution, and windows',
      ],
    },
    config: CHART_CONFIG,
    width: CELL * classes.length,
    height: CELL * classes.length,
    data: { values: cells },
    encoding: {
      x: {
        field: 'predicted',
        type: 'ordinal',
        sort: null,
        scale: { domain: rungs, padding: 0.04 },
        axis: { title: 'predicted', labelAngle: 0, domain: false, ticks: false, labelPadding: 6 },
      },
      y: {
        field: 'truth',
        type: 'ordinal',
        sort: null,
        scale: { domain: [...rungs].reverse(), padding: 0.04 },
        axis: { title: 'true', domain: false, ticks: false, labelPadding: 6 },
      },
    },
    layer: [
      {
        mark: { type: 'rect', cornerRadius: 2 },
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            scale: { type: 'linear', domain: [0, 1], range: ['#f1f5f9', '#0b5394'] },
            legend: null,
          },
        },
      },
      cellText('label', 14, -6, 'bold'),
      cellText('count', 10, 11, 'normal'),
    ],
  };
}

function cellText(field: string, fontSize: number, dy: number, fontWeight: 'bold' | 'normal') {
  return {
    mark: { type: 'text' as const, fontSize, dy, fontWeight },
    encoding: {
      text: { field, type: 'nominal' as const },
      color: {
        condition: { test: 'datum.share > 0.45', value: '#ffffff' },
        value: CHART_COLOURS.ink,
      },
    },
  };
}
