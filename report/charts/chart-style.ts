import type { Config } from 'vega-lite';

const INK = '#1f2933';
const MUTED = '#52606d';
const LINE = '#cbd2d9';
const GRID = '#eceff2';

/** Widths of the plotted area, in pixels: a small chart and a narrow one fit a screen of 400 pixels. */
export const CHART_WIDTHS = { small: 270, narrow: 276, wide: 900 } as const;

/** Colours of all charts in light mode; distinguishable with colour-vision deficiencies. */
export const CHART_COLOURS = {
  predicted: '#08306b',
  truth: '#e8710a',
  unknown: '#d5d8dc',
  mark: '#2f6f9f',
  ink: INK,
  muted: MUTED,
  line: LINE,
  /** Text on the darker half of `cells`. */
  onDark: '#ffffff',
  /** Light to dark, for shares from 0 to 1; light enough that lines above stay visible. */
  shares: ['#f7fbff', '#dceaf6', '#b9d5ea', '#8fbcdd', '#5fa0cd'],
  /** The same for cells that contain text. */
  cells: ['#f1f5f9', '#cfe0ef', '#a3c4e0', '#3f7fbb', '#2468a8', '#0b5394'],
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

/** What each colour becomes on a page in dark mode; a colour that is not listed stays. */
export const DARK_COLOURS: Readonly<Record<string, string>> = {
  [CHART_COLOURS.predicted]: '#f2f7fc',
  [CHART_COLOURS.truth]: '#f59a45',
  [CHART_COLOURS.unknown]: '#4a525b',
  [CHART_COLOURS.mark]: '#6fb1de',
  [INK]: '#e6eaee',
  [MUTED]: '#a3afba',
  [LINE]: '#4a5661',
  [GRID]: '#2b333c',
  '#ffffff': '#1d232a',
  '#f7fbff': '#222a32',
  '#dceaf6': '#21384c',
  '#b9d5ea': '#254967',
  '#8fbcdd': '#2b5e88',
  '#5fa0cd': '#3274a8',
  '#f1f5f9': '#232b34',
  '#cfe0ef': '#1f3a52',
  '#a3c4e0': '#2b5578',
  '#3f7fbb': '#6aa9d8',
  '#2468a8': '#8bc0e6',
  '#0b5394': '#b0d6f1',
  '#0072b2': '#4ba3dc',
  '#5b5b5b': '#a8a8a8',
  '#7a3fb0': '#b78ae0',
  '#000000': '#fafafa',
};

/** Fonts, lines and margins of all charts. Axes and legends are hidden from screen readers: marks have their own text. */
export const CHART_CONFIG: Config = {
  background: '#ffffff',
  padding: 8,
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
    aria: false,
    labelColor: MUTED,
    labelFontSize: 11,
    titleColor: MUTED,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    domainColor: LINE,
    tickColor: LINE,
    gridColor: GRID,
  },
  legend: {
    aria: false,
    labelColor: INK,
    labelFontSize: 11,
    titleColor: MUTED,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    symbolStrokeWidth: 3,
  },
  view: { stroke: null },
};

/** Head of a specification. @param description what the chart shows, for those who do not see it */
export function chartHead(description: string) {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description,
    config: CHART_CONFIG,
  } as const;
}

/** The channel by which a mark has a text, shown on hover and read aloud; `hint` is the field with the text. */
export const HINT = { field: 'hint', type: 'nominal' } as const;

/** Usual name of a rung, such as `480p`. */
export function rungLabel(heightPx: number): string {
  return `${heightPx}p`;
}

/** Colour of the class or curve with this number. */
export function classColour(at: number): string {
  return CHART_COLOURS.classes[at % CHART_COLOURS.classes.length]!;
}
