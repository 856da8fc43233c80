import type { TopLevelSpec } from 'vega-lite';
import { countText } from '../../common/count-text.js';
import { percentText } from '../../common/percent-text.js';
import type { ConfusionMatrix } from '../../learning/evaluation/confusion.js';
import { CHART_COLOURS, CHART_WIDTHS, chartHead, HINT, rungLabel } from './chart-style.js';

/** Input of the chart of a confusion matrix. */
export interface ConfusionMatrixChartInput {
  /** Rows at [truth][predicted]. */
  readonly confusion: ConfusionMatrix;
  /** Heights in pixels, ascending, one per class. */
  readonly classes: readonly number[];
}

const LARGEST_CELL = 62;
/** In smaller cells, the text has no per cent sign. */
const ROOMY_CELL = 44;

/**
 * Chart of a confusion matrix, highest resolution on top: each cell shows the share of the true class and its windows,
 * and is coloured by that share.
 */
export function confusionMatrixChart({ confusion, classes }: ConfusionMatrixChartInput): TopLevelSpec {
  const rungs = classes.map(rungLabel);
  const cell = Math.min(LARGEST_CELL, Math.floor(CHART_WIDTHS.small / classes.length));
  const isRoomy = cell >= ROOMY_CELL;
  const cells = confusion.flatMap((row, truth) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => {
      const share = support === 0 ? 0 : count / support;
      return {
        truth: rungs[truth],
        predicted: rungs[predicted],
        count: count === 0 ? '' : String(count),
        share,
        label: count === 0 ? '–' : `${Math.round(100 * share)}${isRoomy ? ' %' : ''}`,
        hint: `true ${rungs[truth]!}, predicted ${rungs[predicted]!}: ${count} of ${countText(support, 'window')}${count === 0 ? '' : ` (${percentText(share, 1)})`}`,
      };
    });
  });
  const ends = (from: readonly string[]) => ({ domain: [...from], padding: 0.04 });
  return {
    ...chartHead('Confusion matrix: true resolution by predicted resolution'),
    width: cell * classes.length,
    height: cell * classes.length,
    data: { values: cells },
    encoding: {
      x: {
        field: 'predicted',
        type: 'ordinal',
        sort: null,
        scale: ends(rungs),
        axis: {
          title: 'predicted',
          labelAngle: isRoomy ? 0 : -45,
          domain: false,
          ticks: false,
          labelPadding: 6,
        },
      },
      y: {
        field: 'truth',
        type: 'ordinal',
        sort: null,
        scale: ends([...rungs].reverse()),
        axis: { title: 'true', domain: false, ticks: false, labelPadding: 6 },
      },
    },
    layer: [
      {
        mark: { type: 'rect', cornerRadius: 2 },
        encoding: {
          description: HINT,
          color: {
            field: 'share',
            type: 'quantitative',
            scale: { type: 'quantize', domain: [0, 1], range: [...CHART_COLOURS.cells] },
            legend: null,
          },
        },
      },
      cellText('label', isRoomy ? 13 : 11, isRoomy ? -6 : -4, 'bold'),
      cellText('count', isRoomy ? 10 : 9, isRoomy ? 11 : 8, 'normal'),
    ],
  };
}

function cellText(field: string, fontSize: number, dy: number, fontWeight: 'bold' | 'normal') {
  return {
    mark: { type: 'text' as const, fontSize, dy, fontWeight, aria: false },
    encoding: {
      text: { field, type: 'nominal' as const },
      color: {
        condition: { test: 'datum.share >= 0.5', value: CHART_COLOURS.onDark },
        value: CHART_COLOURS.ink,
      },
    },
  };
}
