import { escapeUTF8 } from 'entities';

/** Text that is HTML already; strings that are not are escaped wherever they enter a page. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Part[];

/**
 * Template tag for HTML: strings and numbers are escaped, Html and lists of it go in as they are.
 *
 * @example html`<td>${trial.reason}</td>`
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((string, index) => string + render(parts[index] ?? '')).join(''));
}

/** A table; the first cell of each row is its heading. Cells that are numbers-as-text are aligned by class `num`. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
): Html {
  return html`<div class="scroll">
    <table>
      <caption>
        ${caption}
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

/** A drawing with its caption; the caption is the drawing's name for screen readers. */
export function figure(svg: string, caption: string): Html {
  return html`<figure aria-label="${caption}">
    <div class="drawing">${new Html(svg)}</div>
    <figcaption>${caption}</figcaption>
  </figure>`;
}

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeUTF8(String(part));
  return part.map(render).join('');
}
