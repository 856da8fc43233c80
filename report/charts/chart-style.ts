import type { Config } from 'vega-lite';

const INK = '#1f2933';
const MUTED = '#52606d';
const LINE = '#cbd2d9';

/** Colours of all charts; distinguishable with colour-vision deficiencies. */
export const CHART_COLOURS = {
  predicted: '#08306b',
  truth: '#e8710a',
  unknown: '#d5d8dc',
  ink: INK,
  muted: MUTED,
  line: LINE,
  /** Light to dark, for shares from 0 to 1; light enough that lines above stay visible. */
  shares: ['#f7fbff', '#dceaf6', '#b9d5ea', '#8fbcdd', '#5fa0cd'],
  /** One per class (Okabe and Ito, then further ones). */
  classes: [
    '#0072b2',
    '#e69f00',
    '#009e73',
    '#cc79a7',
    '#d55e00',
    '#56b4e9',
    '#5b5b5b',
    '#a0a000',
    '#7a3fb0',
    '#000000',
  ],
} as const;

/** Fonts, lines and margins of all charts. */
export const CHART_CONFIG: Config = {
  background: '#ffffff',
  padding: 12,
  font: 'Helvetica, Arial, "DejaVu Sans", sans-serif',
  title: {
    anchor: 'start',
    color: INK,
    fontSize: 15,
    fontWeight: 600,
    subtitleColor: MUTED,
    subtitleFontSize: 12,
    subtitlePadding: 4,
    offset: 14,
  },
  axis: {
    labelColor: MUTED,
    labelFontSize: 11,
    titleColor: MUTED,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    domainColor: LINE,
    tickColor: LINE,
    gridColor: '#eceff2',
  },
  legend: {
    labelColor: INK,
    labelFontSize: 11,
    titleColor: MUTED,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    symbolStrokeWidth: 3,
  },
  view: { stroke: null },
};

/** Usual name of a rung, such as `480p`. */
export function rungLabel(heightPx: number): string {
  return `${heightPx}p`;
}
