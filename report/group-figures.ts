import { countText } from '../common/count-text.js';
import type { Interval } from '../learning/evaluation/bootstrap.js';
import type { Evaluation } from '../learning/evaluation/evaluate.js';
import type { ChartFigure } from './chart-figure.js';
import { scoresChart } from './charts/scores.js';
import type { ReportInput, ReportModel } from './report-input.js';
import { decimals, intervalText, percent, withInterval } from './shown-number.js';

/** More groups than this are told by the table alone, but for those with the most windows. */
const MOST_GROUPS = 30;

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
        hint: `${name}: ${percent(accuracy)} of ${countText(windows, 'window')} of ${countText(sessions, 'session')} right${interval ? ` (95 % ${intervalText(interval)})` : ''}`,
      })),
    });
}

export function groupFigures(groups: ReportInput['groups'], evaluation: Evaluation): ChartFigure[] {
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

export function switchFigures(switches: ReportModel['switches'], evaluation: Evaluation): ChartFigure[] {
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
