import { settingText } from '../common/setting-text.js';
import type { DataOrigin } from '../schemas/data-origin.js';
import { rungLabel } from './charts/chart-style.js';
import { renderSvg } from './charts/render.js';
import { timelineChart } from './charts/timeline.js';
import { figure, html, Html, table } from './html-element.js';
import { modelSection } from './model-section.js';
import type { ReportInput, ReportTimeline, ReportTrial } from './report-input.js';
import { decimals, percent } from './shown-number.js';
import { REPORT_STYLE } from './style.js';

/**
 * The report of a run as one HTML page: no scripts, no requests, drawings inline; all input text is escaped. The same
 * input gives the same bytes.
 */
export async function reportHtml(input: ReportInput): Promise<string> {
  const timelines: Html[] = [];
  for (const timeline of input.timelines) timelines.push(await timelineFigure(timeline));
  const model = input.model && (await modelSection(input.model, input.baselines, input.origins));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${input.runId} – video quality report</title>
        <style>
          ${new Html(REPORT_STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${headerOf(input)} ${warningsSection(input.warnings)} ${model ?? ''}
          ${section('Timelines', timelines)} ${trialsSection(input.trials)} ${cleaningSection(input)}
          ${filesSection(input)}
        </main>
      </body>
    </html> `;
  return page.text;
}

const ORIGIN_TEXTS: Readonly<Record<DataOrigin, { badge: string; meaning: string }>> = {
  simulated: { badge: 'Simulated data', meaning: 'The scores say nothing about real traffic.' },
  spliced: {
    badge: 'Spliced data',
    meaning:
      'Put together from other captures: no player made these switches of resolution, or other traffic was mixed in.',
  },
};

function headerOf({ runId, finishedAt, origins, facts }: ReportInput): Html {
  return html`<header>
    <h1>${runId}</h1>
    <p class="muted">Video quality inferred from encrypted traffic${finishedAt ? ` · ${finishedAt}` : ''}</p>
    ${origins.map((origin) => html`<p><span class="badge">${ORIGIN_TEXTS[origin].badge}</span> ${ORIGIN_TEXTS[origin].meaning}</p>`)}
    ${
      facts.length > 0
        ? table(
            'Inputs of the run',
            ['', ''],
            facts.map(({ name, value }) => [name, value]),
          )
        : ''
    }
  </header>`;
}

function section(title: string, parts: readonly Html[]): Html | '' {
  return parts.length === 0
    ? ''
    : html`<section>
        <h2>${title}</h2>
        ${parts}
      </section>`;
}

function warningsSection(warnings: readonly string[]): Html | '' {
  if (warnings.length === 0) return '';
  return section('Warnings', [
    html`<ul class="warnings">
      ${warnings.map((warning) => html`<li>${warning}</li>`)}
    </ul>`,
  ]);
}

async function timelineFigure(timeline: ReportTimeline): Promise<Html> {
  const svg = await renderSvg(timelineChart(timeline));
  return figure(svg, timelineCaption(timeline));
}

function sentenceStart(words: readonly string[]): string {
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `The worst of 20 held-out sessions by the share of windows whose likeliest resolution is right, 41.0 %.` */
function placeText({ name, sessions, accuracy }: NonNullable<ReportTimeline['place']>): string {
  return `The ${name} of ${sessions} held-out sessions by the share of windows whose likeliest resolution is right, ${percent(accuracy)}.`;
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

function timelineCaption({ title, place, rows, origins }: ReportTimeline): string {
  const heights = rows.flatMap((row) => (row.predictedPx === null ? [] : [row.predictedPx]));
  const counts = [...new Set(heights)]
    .sort((left, right) => right - left)
    .map((height) => `${rungLabel(height)} ${heights.filter((other) => other === height).length}`);
  const unknown = rows.length - heights.length;
  const reasons = unknownReasons(rows.flatMap(({ unknown }) => unknown?.reason ?? []));
  return [
    ...(place === null ? [] : [placeText(place)]),
    `${sentenceStart([...origins, 'session'])} ${title}, predicted windows by resolution: ${counts.join(', ') || 'none'}.`,
    ...(unknown > 0 ? [`${unknown} unknown: ${reasons.join('; ') || 'no reason given'}.`] : []),
  ].join(' ');
}

function trialsSection(trials: readonly ReportTrial[]): Html | '' {
  if (trials.length === 0) return '';
  const folds = [...new Set(trials.flatMap((trial) => trial.folds.map(({ fold }) => fold)))].sort(
    (left, right) => left - right,
  );
  const rows = trials.map((trial) => [
    html`${trial.trial}${trial.isBest ? ' ★' : ''}`,
    settingText(trial.setting),
    trial.state,
    decimals(trial.mean?.macroF1 ?? null),
    ...folds.map((fold) => decimals(trial.folds.find((score) => score.fold === fold)?.macroF1 ?? null)),
    decimals(trial.mean?.accuracy ?? null),
    decimals(trial.mean?.logLoss ?? null),
    trial.reason ?? '',
  ]);
  return section('Trials', [
    table(
      'Cross-validation on groups that the fit had not seen: scores over the windows of all folds, and the macro-F1 of every fold; ★ is the published setting',
      [
        'Trial',
        'Setting',
        'State',
        'Macro-F1',
        ...folds.map((fold) => `Fold ${fold + 1}`),
        'Accuracy',
        'Log loss',
        'Reason',
      ],
      rows,
    ),
  ]);
}

function cleaningSection({ cleaning }: ReportInput): Html | '' {
  if (cleaning.length === 0) return '';
  return section('Cleaning', [
    table(
      'Rows and columns removed from the labelled data, with reasons',
      ['Step', 'Removed', 'Reason'],
      cleaning.map(({ step, removed, reason }) => [step, removed, reason]),
    ),
  ]);
}

function filesSection({ files }: ReportInput): Html | '' {
  if (files.length === 0) return '';
  return section('Files', [
    table(
      'Files that the run wrote',
      ['File', 'Content'],
      files.map(({ path, content }) => [html`<code>${path}</code>`, content]),
    ),
  ]);
}
