import type { TopLevelSpec } from 'vega-lite';
import { CHART_WIDTHS } from './charts/chart-style.js';
import { renderSvg } from './charts/render.js';
import { html, Html, table } from './html-element.js';

/** A chart with its words and its figures. */
export interface ChartFigure {
  readonly heading: string;
  /** What it shows and how to read it. */
  readonly caption: string;
  /** The chart for a width of the plotted area, one of CHART_WIDTHS. */
  readonly chart: (width: number) => TopLevelSpec;
  /** `small`: one drawing, for a column; `wide`: one for wide screens and one for narrow ones. */
  readonly size: 'small' | 'wide';
  /** The chart's figures. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (Html | string)[])[];
  /** False: a table of the page has the figures already. */
  readonly hasTable?: boolean;
}

/** A drawing with heading, caption and a table behind it. Its marks are reached by pointer and by arrow keys. */
export async function chartFigure(figure: ChartFigure): Promise<Html> {
  const { heading, caption, chart, size, columns, rows, hasTable = true } = figure;
  const drawing = async (width: number, screens: string): Promise<Html> =>
    html`<div
      class="drawing ${screens}"
      role="group"
      tabindex="0"
      aria-label="${heading}. ${caption} Arrow keys read its marks."
    >
      ${new Html(await renderSvg(chart(width)))}
    </div>`;
  const drawings =
    size === 'small'
      ? await drawing(CHART_WIDTHS.small, 'small')
      : [await drawing(CHART_WIDTHS.wide, 'for-wide'), await drawing(CHART_WIDTHS.narrow, 'for-narrow')];
  return html`<figure class="${size}">
    <h3>${heading}</h3>
    ${drawings}
    <figcaption>${caption}</figcaption>
    ${hasTable ? details('The figures as a table', table(heading, columns, rows)) : ''}
  </figure>`;
}

/** Charts side by side, as many as fit. */
export async function chartGrid(figures: readonly ChartFigure[]): Promise<Html | ''> {
  if (figures.length === 0) return '';
  const drawn: Html[] = [];
  for (const figure of figures) drawn.push(await chartFigure(figure));
  return html`<div class="grid">${drawn}</div>`;
}

/** Content that is hidden until it is asked for. */
export function details(summary: string, content: Html | readonly Html[]): Html {
  return html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}
