/** A fenced block of a page in Markdown. */
export interface PageBlock {
  /** What stands behind the fence: `sh`, `text`, … */
  readonly language: string;
  readonly text: string;
  /** Number of the fence's line, from 1. */
  readonly line: number;
  /** The last heading of level two before it; empty before the first. */
  readonly section: string;
  /** Offsets of the text in the page. */
  readonly start: number;
  readonly end: number;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): PageBlock[] {
  return [...page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(({ index, 1: language = '', 2: text = '' }) => {
    const before = page.slice(0, index);
    const start = index + '```'.length + language.length + 1;
    return {
      language,
      text,
      line: before.split('\n').length,
      section: [...before.matchAll(/^## (.+)$/gm)].at(-1)?.[1] ?? '',
      start,
      end: start + text.length,
    };
  });
}

/** A block of commands, with the block of what they print, if it follows at once. */
export interface Documented {
  readonly commands: PageBlock;
  readonly output: PageBlock | null;
}

/** The blocks of commands of a page (`sh`, `console`), each with the block of output (`text`) below it. */
export function documentedIn(page: string): Documented[] {
  const blocks = blocksOf(page);
  return blocks.flatMap((block, at) => {
    if (block.language !== 'sh' && block.language !== 'console') return [];
    const next = blocks[at + 1];
    const follows =
      next?.language === 'text' &&
      page
        .slice(block.end, next.start)
        .replaceAll(/```(text)?/g, '')
        .trim() === '';
    return [{ commands: block, output: follows ? next : null }];
  });
}
