import { escapeUTF8 } from 'entities';

/** HTML text; plain strings are escaped when they are inserted into a page. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Part[];

/**
 * Template tag for HTML: strings and numbers are escaped, Html and lists of it are inserted unchanged.
 *
 * @example html`<td>${trial.reason}</td>`
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((string, index) => string + render(parts[index] ?? '')).join(''));
}

/** On narrow screens, such a table is moved sideways beside its first column, and others break their texts. */
const MANY_COLUMNS = 5;

/** A table; the first cell of each row is its heading. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
): Html {
  return html`<div class="scroll${columns.length >= MANY_COLUMNS ? ' many' : ''}">
    <p class="cue" aria-hidden="true">wider than the screen: move it sideways →</p>
    <table>
      <caption>
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first = '', ...others]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${others.map((cell) => html`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeUTF8(String(part));
  return part.map(render).join('');
}
