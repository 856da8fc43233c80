import { countText } from '../common/count-text.js';
import { chartFigure, type ChartFigure } from './chart-figure.js';
import { CHART_WIDTHS, rungLabel } from './charts/chart-style.js';
import { hasQuality, predictionText, thinnedSegments, timeText } from './charts/timeline-data.js';
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
  const hasTruth = timelines.some(({ rows }) => rows.some(({ truePx }) => truePx !== null));
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
          ? 'The media segments of each session are points at the time when they were complete, by size and kind; below is the downstream throughput of the flows with media.'
          : qualityText(hasTruth)
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

function qualityText(hasTruth: boolean): string {
  return `The stronger the colour of a resolution, the likelier it is; the thin line is the prediction${hasTruth ? ', the broad one the truth' : ''}. Windows without a thin line are unknown. Below are the media segments, each a point at the time when it was complete, and the downstream throughput, if the run is on captures.`;
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
      ...(throughput.length > 0 ? ['kbit/s'] : []),
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

/** Reasons that differ only in their figures are told once, by the first, with their number. */
function unknownReasons(reasons: readonly string[]): string[] {
  const kinds = new Map<string, { readonly first: string; readonly windows: number }>();
  for (const reason of reasons) {
    const kind = reason.replaceAll(/\d+(?:\.\d+)?/g, '#');
    const found = kinds.get(kind);
    kinds.set(kind, { first: found?.first ?? reason, windows: (found?.windows ?? 0) + 1 });
  }
  const told = [...kinds.values()].sort((left, right) => right.windows - left.windows);
  return told.map(({ first, windows }) => (told.length === 1 ? first : `${windows} as ${first}`));
}

function timelineCaption({ title, place, rows, origins, segments = [] }: ReportTimeline): string {
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
  ].join(' ');
}
