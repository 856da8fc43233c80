import { countText } from '../common/count-text.js';
import { RESOLUTION_MEANING, sessionTable, type SessionTable } from '../learning/answers/session-table.js';
import type { DataOrigin } from '../schemas/data-origin.js';
import type { SessionAnswers } from '../schemas/session-answer.js';
import { details } from './chart-figure.js';
import { evaluationSection } from './evaluation-section.js';
import { html, Html, table } from './html-element.js';
import { importanceSection } from './importance-section.js';
import { PAGE_POLICY, PAGE_SCRIPT_ELEMENT } from './page-script.js';
import type { ReportInput } from './report-input.js';
import { searchSection } from './search-section.js';
import { REPORT_STYLE } from './style.js';
import { timelinesSection } from './timelines-section.js';

/** A part of the page, named in the contents. */
interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/**
 * The report of a run as one HTML page: no requests, drawings inline, one script that shows the text of marks; all input
 * text is escaped, and a policy lets the browser run this script alone. The same input gives the same bytes.
 */
export async function reportHtml(input: ReportInput): Promise<string> {
  const sections = await sectionsOf(input);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${input.runId} – video quality report</title>
        <style>
          ${new Html(REPORT_STYLE)}
        </style>
      </head>
      <body>
        <div class="page">
          <nav aria-label="Contents">
            <ol>
              ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
            </ol>
          </nav>
          <main>
            ${headerOf(input)} ${verdictOf(input.verdict)}
            ${sections.map(
              ({ id, title, body }) =>
                html`<section id="${id}">
                  <h2>${title}</h2>
                  ${body}
                </section> `,
            )}
          </main>
        </div>
        <div id="tip" role="status" hidden></div>
        ${PAGE_SCRIPT_ELEMENT}
      </body>
    </html> `;
  return page.text;
}

/** The sections that the run has something for, in the order of the story. */
async function sectionsOf(input: ReportInput): Promise<Section[]> {
  const { model, trials, importance, timelines, warnings } = input;
  const sections: (Section | null)[] = [
    sessionsSection(input.sessions ?? null),
    warnings.length === 0 ? null : { id: 'warnings', title: 'Warnings', body: warningList(warnings) },
    dataSection(input),
    trials.length === 0 && model === null
      ? null
      : { id: 'model', title: 'Model', body: await searchSection(model, trials) },
    importance === null
      ? null
      : { id: 'importance', title: 'What it looks at', body: await importanceSection(importance) },
    model === null
      ? null
      : { id: 'evaluation', title: 'How right it is', body: await evaluationSection(model, input) },
    timelines.length === 0
      ? null
      : { id: 'timelines', title: 'Timelines', body: await timelinesSection(timelines) },
    repeatSection(input),
  ];
  return sections.filter((section) => section !== null);
}

const ORIGIN_TEXTS: Readonly<Record<DataOrigin, { badge: string; meaning: string }>> = {
  simulated: { badge: 'Simulated data', meaning: 'The scores say nothing about real traffic.' },
  spliced: {
    badge: 'Spliced data',
    meaning:
      'Put together from other captures: no player made these switches of resolution, or other traffic was mixed in.',
  },
};

function headerOf({ runId, finishedAt, origins }: ReportInput): Html {
  return html`<header>
    <h1>${runId}</h1>
    <p class="muted">Video quality inferred from encrypted traffic${finishedAt ? ` · ${finishedAt}` : ''}</p>
    ${origins.map((origin) => html`<p><span class="badge">${ORIGIN_TEXTS[origin].badge}</span> ${ORIGIN_TEXTS[origin].meaning}</p>`)}
  </header>`;
}

function verdictOf(verdict: readonly string[]): Html | '' {
  return verdict.length === 0
    ? ''
    : html`<section class="verdict" aria-label="Verdict">
        ${verdict.map((sentence) => html`<p>${sentence}</p>`)}
      </section>`;
}

function warningList(warnings: readonly string[]): Html {
  return html`<ul class="warnings">
    ${warnings.map((warning) => html`<li>${warning}</li>`)}
  </ul>`;
}

/** One row a session. */
function sessionsSection(sessions: SessionAnswers | null): Section | null {
  if (sessions === null || sessions.all === 0) return null;
  const { answers, all } = sessions;
  const { head, rows } = answerFirst(sessionTable(answers));
  const isPart = answers.length < all;
  const body = table(
    `${isPart ? `The first ${answers.length} of ${countText(all, 'session')}; the table sessions_summary has all` : 'The sessions, one a row'}${head.includes('resolution') ? `; ${RESOLUTION_MEANING}` : ''}`,
    head,
    rows,
  );
  return { id: 'sessions', title: 'Sessions', body };
}

/** What the run read, and what cleaning took out. */
function dataSection({ facts, sources, cleaning }: ReportInput): Section | null {
  if (facts.length === 0 && sources.files.length === 0 && cleaning.length === 0) return null;
  const { files, total } = sources;
  const parts = [
    ...(facts.length === 0
      ? []
      : [
          table(
            'Inputs of the run',
            ['', ''],
            facts.map(({ name, value }) => [name, value]),
          ),
        ]),
    ...(files.length === 0
      ? []
      : [
          details(
            `${countText(total, 'source')}, with the hash of the content`,
            table(
              files.length < total ? `The first ${files.length} of ${total} sources` : 'Sources of the run',
              ['Source', 'Content', 'Hash'],
              files.map(({ name, content, hash }) => [name, content, html`<code>${hash}</code>`]),
            ),
          ),
        ]),
    ...(cleaning.length === 0
      ? []
      : [
          table(
            'Rows and columns removed from the labelled data before any learning, with reasons',
            ['Step', 'Removed', 'Reason'],
            cleaning.map(({ step, removed, reason }) => [step, removed, reason]),
          ),
        ]),
  ];
  return { id: 'data', title: 'Data', body: html`${parts}` };
}

/** How to run it again, and the files of this run. */
function repeatSection({ reproduction, files }: ReportInput): Section | null {
  if (reproduction === null && files.length === 0) return null;
  const how =
    reproduction === null
      ? ''
      : html`<p>
            Save the configuration as <code>run.json</code>, then run the command. The same files,
            configuration and version of the program give the same model, to the byte.
          </p>
          <pre><code>${reproduction.command}</code></pre>
          ${details('Configuration, every default written out', html`<pre><code>${JSON.stringify(reproduction.configuration, null, 2)}</code></pre>`)}`;
  const written = files.length === 0 ? '' : filesTable(files);
  return {
    id: 'again',
    title: reproduction === null ? 'Files' : 'How to repeat it',
    body: html`${how} ${written}`,
  };
}

/** Files of the folder that has most of them are named without it. */
function filesTable(files: ReportInput['files']): Html {
  const folderOf = ({ path }: { path: string }): string => path.slice(0, path.lastIndexOf('/') + 1);
  const folders = files.map(folderOf);
  const most = [...folders].sort(
    (one, other) =>
      folders.filter((each) => each === other).length - folders.filter((each) => each === one).length,
  )[0]!;
  return table(
    `Files that the run wrote${most === '' ? '' : `, in ${most}`}`,
    ['File', 'Content'],
    files.map((file) => [
      html`<code>${folderOf(file) === most ? file.path.slice(most.length) : file.path}</code>`,
      file.content,
    ]),
  );
}

/** The same table with what was seen, if a model was applied, beside the session: a narrow screen shows these columns. */
function answerFirst({ head, rows }: SessionTable): SessionTable {
  const seen = ['resolution', 'unknown'].map((name) => head.indexOf(name)).filter((at) => at >= 0);
  const order = [0, ...seen, ...[...head.keys()].filter((at) => at > 0 && !seen.includes(at))];
  const ordered = (cells: readonly string[]): string[] => order.map((at) => cells[at]!);
  return { head: ordered(head), rows: rows.map(ordered) };
}
