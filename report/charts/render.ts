import { parse, View, Warn } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { measureTextByLetters } from './text-width.js';

/**
 * Renders a Vega-Lite spec as an SVG string, without canvas, files or network. The same spec gives the same string; no
 * element has an id, so that one page can contain several drawings.
 */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  measureTextByLetters();
  const { spec: vegaSpec } = compile(spec);
  const view = new View(parse(vegaSpec), { renderer: 'none', logLevel: Warn });
  try {
    return shortened(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** Coordinates with two decimals, the font once, and nothing that is so anyway or that has nothing to read. */
function shortened(svg: string): string {
  const font = / font-family="[^"]*"/.exec(svg)?.[0] ?? '';
  return svg
    .replaceAll(/ (?:d|transform|x2|y2|x|y)="[^"]*"/g, (attribute) =>
      attribute.replaceAll(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) =>
        String(Math.round(Number(number) * 100) / 100),
      ),
    )
    .replaceAll(font, '')
    .replace('<svg', `<svg${font}`)
    .replaceAll(
      / (?:opacity="1"|text-anchor="start"|stroke-width="1"|x2="0"|y2="0"|transform="translate\(0,0\)")/g,
      '',
    )
    .replaceAll(/ (?:role="graphics-object"|aria-roledescription="[^"]*")/g, '')
    .replaceAll(
      /<path class="(?:back|fore)ground" aria-hidden="true" d="[^"]*"(?: pointer-events="none")?(?: display="none")?\/>/g,
      '',
    );
}
