import { countText } from '../common/count-text.js';
import { chartFigure, type ChartFigure } from './chart-figure.js';
import { CHART_WIDTHS, rungLabel } from './charts/chart-style.js';
import {
  hasQuality,
  predictionText,
  thinnedSegments,
  throughputUnit,
  timeText,
} from './charts/timeline-data.js';
import { timelineChart } from './charts/timeline.js';
import { html, type Html } from './html-element.js';
import type { ReportTimeline } from './report-input.js';
import { percent } from './shown-number.js';

/** Timelines on the page; further ones are files of their own. */
const MOST_DRAWN = 30;
/** Characters of all timelines on the page, so that it stays below 5 MB; the first one is always drawn. */
const MOST_CHARACTERS = 3_500_000;

/** The sessions' predictions over time. */
export async function timelinesSection(timelines: readonly ReportTimeline[]): Promise<Html> {
  const figures: Html[] = [];
  let characters = 0;
  for (const timeline of timelines.slice(0, MOST_DRAWN)) {
    const figure = await chartFigure(figureOf(timeline));
    characters += figure.text.length;
    if (figures.length > 0 && characters > MOST_CHARACTERS) break;
    figures.push(figure);
  }
  const others = timelines.slice(figures.length);
  const isTraffic = timelines.every(({ rows }) => !hasQuality(rows));
  return html`<p>
      ${
        isTraffic
          ? 'The media segments of each session are points at the time when they were complete, by kind and by size on a square-root scale; below is the downstream throughput of the flows with media.'
          : qualityText(timelines)
      }
    </p>
    ${figures}
    ${
      others.length === 0
        ? ''
        : html`<p>
            ${countText(others.length, 'further timeline')}, each a file next to this page:
            ${others.map(({ title, name }, at) => html`${at === 0 ? '' : ', '}<a href="${name}">${title}</a>`)}.
          </p>`
    }`;
}

function qualityText(timelines: readonly ReportTimeline[]): string {
  const hasTruth = timelines.some(({ rows }) => rows.some(({ truePx }) => truePx !== null));
  const hasTraffic = timelines.some(
    ({ segments = [], throughput = [] }) => segments.length > 0 || throughput.length > 0,
  );
  const below = hasTraffic
    ? 'Below are the media segments, each a point at the time when it was complete, by size on a square-root scale, and the downstream throughput.'
    : 'Below is the confidence.';
  return `The stronger the colour of a resolution, the likelier it is; the thin line is the prediction${hasTruth ? ', the broad one the truth' : ''}. Windows without a thin line are unknown. ${below}`;
}

function figureOf(timeline: ReportTimeline): ChartFigure {
  const { title, place, rows, startUs = null, throughput = [] } = timeline;
  const kbpsAt = new Map(throughput.map(({ startSeconds, kbps }) => [startSeconds, kbps]));
  const hasTruth = rows.some(({ truePx }) => truePx !== null);
  const isPredicted = hasQuality(rows);
  return {
    heading: `${title}${place === null ? '' : ` (${place.name})`}`,
    caption: timelineCaption(timeline),
    chart: (width) => timelineChart(timeline, { width, isTitled: false }),
    size: 'wide',
    columns: [
      'Begin',
      ...(isPredicted ? ['Prediction', 'Confidence'] : []),
      ...(hasTruth ? ['True'] : []),
      ...(throughput.length > 0 ? [throughputUnit(timeline)] : []),
    ],
    rows: rows.map((row) => [
      timeText(row.startSeconds, startUs),
      ...(isPredicted ? [predictionText(row), percent(row.confidence)] : []),
      ...(hasTruth ? [row.truePx === null ? '–' : rungLabel(row.truePx)] : []),
      ...(throughput.length > 0 ? [kbpsAt.get(row.startSeconds)?.toFixed(0) ?? '–'] : []),
    ]),
  };
}

function sentenceStart(words: readonly string[]): string {
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `The worst of 20 held-out sessions by the share of windows with a right answer, 41.0 %.` */
function placeText({ name, sessions, right }: NonNullable<ReportTimeline['place']>): string {
  return `The ${name} of ${countText(sessions, 'held-out session')} by the share of windows with a right answer, ${percent(right)}.`;
}

const FIGURE = /\d+(?:\.\d+)?/g;

/** Reasons that differ only in their figures are told once, with the range of each figure and the number of windows. */
function unknownReasons(reasons: readonly string[]): string[] {
  const kinds = new Map<string, string[]>();
  for (const reason of reasons) {
    const kind = reason.replaceAll(FIGURE, '#');
    kinds.set(kind, [...(kinds.get(kind) ?? []), reason]);
  }
  const told = [...kinds.values()].sort((left, right) => right.length - left.length);
  return told.map((alike) => `${told.length === 1 ? '' : `${alike.length} as `}${withRanges(alike)}`);
}

/** The text of reasons that differ only in their figures: `confidence 0.29 to 0.41 is below 0.43`. */
function withRanges(alike: readonly string[]): string {
  const figures = alike.map((reason) => reason.match(FIGURE) ?? []);
  let at = 0;
  return alike[0]!.replaceAll(FIGURE, () => {
    const values = figures.map((of) => of[at]!).sort((left, right) => Number(left) - Number(right));
    at++;
    return values[0] === values.at(-1) ? values[0]! : `${values[0]} to ${values.at(-1)}`;
  });
}

function timelineCaption(timeline: ReportTimeline): string {
  const { title, place, rows, origins, segments = [], throughput = [] } = timeline;
  const heights = rows.flatMap((row) => (row.predictedPx === null ? [] : [row.predictedPx]));
  const counts = [...new Set(heights)]
    .sort((left, right) => right - left)
    .map((height) => `${rungLabel(height)} ${heights.filter((other) => other === height).length}`);
  const unknown = rows.length - heights.length;
  const reasons = unknownReasons(rows.flatMap(({ unknown }) => unknown?.reason ?? []));
  const { every, points } = thinnedSegments(segments, CHART_WIDTHS.wide);
  return [
    ...(place === null ? [] : [placeText(place)]),
    ...(hasQuality(rows)
      ? [
          `${sentenceStart([...origins, 'session'])} ${title}, predicted windows by resolution: ${counts.join(', ') || 'none'}.`,
        ]
      : [
          `${sentenceStart([...origins, 'session'])} ${title}, ${countText(rows.length, 'window')}, ${countText(segments.length, 'media segment')}.`,
        ]),
    ...(unknown > 0 && hasQuality(rows)
      ? [`${unknown} unknown: ${reasons.join('; ') || 'no reason given'}.`]
      : []),
    ...(every > 1
      ? [`${points.length} of ${segments.length} media segments are drawn, on narrow screens fewer.`]
      : []),
    ...(throughput.length > 0 && timeline.lengths === 'captured'
      ? [
          'The throughput is of the bytes that the capture kept, which may be far fewer than those on the wire.',
        ]
      : []),
  ].join(' ');
}
