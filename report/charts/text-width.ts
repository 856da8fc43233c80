import { textMetrics } from 'vega';

declare module 'vega' {
  /** How Vega measures text; its types leave it out. */
  export const textMetrics: {
    width: (item: { fontSize?: number; limit?: number }, text?: unknown) => number;
  };
}

/** Widths of letters of Helvetica as parts of the font size, by kind. */
const WIDTHS = [
  { letters: /[ijlI|'.,:;!()[\]/tf ]/, width: 0.28 },
  { letters: /[mwMW%@…–]/, width: 0.86 },
  { letters: /[A-Z]/, width: 0.69 },
] as const;
const OTHER_WIDTH = 0.55;
const VEGA_FONT_SIZE = 11;

/**
 * Lets Vega lay out text by the widths of its letters. Without a canvas it takes every letter for a wide one, so that names
 * are cut and margins are too large.
 */
export function measureTextByLetters(): void {
  textMetrics.width = ({ fontSize = VEGA_FONT_SIZE, limit = 0 }, text) => {
    const letters = typeof text === 'string' || typeof text === 'number' ? Array.from(String(text)) : [];
    const width = fontSize * letters.reduce((sum, letter) => sum + widthOf(letter), 0);
    return limit > 0 ? Math.min(width, limit) : width;
  };
}

function widthOf(letter: string): number {
  return WIDTHS.find(({ letters }) => letters.test(letter))?.width ?? OTHER_WIDTH;
}
