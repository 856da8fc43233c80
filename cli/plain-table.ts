import Table from 'cli-table3';

/** A table without colours and without lines between its rows. */
export function plainTable(head: readonly string[] = []): Table.Table {
  return new Table({ head: [...head], style: { head: [], border: [], compact: true } });
}

/** A column of a table that fits a terminal. */
export interface FittedColumn {
  readonly head: string;
  /** Texts may be shortened to this many characters; absent: they stay whole. */
  readonly least?: number;
  /** The end of a text stays, not its beginning: it says more of a path. */
  readonly keepsEnd?: boolean;
  /** The column with the highest number goes first if the table does not fit otherwise; absent: it stays. */
  readonly goes?: number;
}

/** Of an output that is no terminal. */
const USUAL_WIDTH = 100;
/** A space on both sides, and a line. */
const AROUND = 3;

/** Characters of a line on the terminal, or the usual ones. */
export function outputWidth(): number {
  const { isTTY, columns } = process.stdout;
  return isTTY && columns > 0 ? columns : USUAL_WIDTH;
}

/** Characters of a line on the terminal; without one, lines are as long as they are. */
export function terminalWidth(): number {
  return process.stdout.isTTY ? outputWidth() : Infinity;
}

/**
 * A table that fits a terminal: texts are shortened, and if that is not enough, columns go. Ends with a newline; a last line
 * says what does not fit.
 */
export function fittedTable(
  columns: readonly FittedColumn[],
  rows: readonly (readonly string[])[],
  width = outputWidth(),
): string {
  const widths = columns.map(({ head }, at) =>
    Math.max(head.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const least = (at: number): number =>
    Math.min(widths[at]!, Math.max(columns[at]!.head.length, columns[at]!.least ?? Infinity));
  const needed = (kept: readonly number[], of: (at: number) => number): number =>
    kept.reduce((sum, at) => sum + of(at) + AROUND, 1);
  let kept = [...columns.keys()];
  while (needed(kept, least) > width) {
    const gone = kept
      .filter((at) => columns[at]!.goes !== undefined)
      .sort((one, other) => columns[other]!.goes! - columns[one]!.goes!)[0];
    if (gone === undefined) break;
    kept = kept.filter((at) => at !== gone);
  }
  const shown = new Map(kept.map((at) => [at, least(at)]));
  let free = width - needed(kept, least);
  for (let isGrowing = true; free > 0 && isGrowing;) {
    isGrowing = false;
    for (const at of kept)
      if (free > 0 && shown.get(at)! < widths[at]!) {
        shown.set(at, shown.get(at)! + 1);
        free -= 1;
        isGrowing = true;
      }
  }
  const table = plainTable(kept.map((at) => columns[at]!.head));
  for (const row of rows)
    table.push(kept.map((at) => shortened(row[at] ?? '', shown.get(at)!, columns[at]!.keepsEnd === true)));
  const gone = columns.filter((_, at) => !kept.includes(at)).map(({ head }) => head);
  const isCut = kept.some((at) => shown.get(at)! < widths[at]!);
  const missing = [...(isCut ? ['the ends of long texts'] : []), ...gone].join(', ');
  return `${table.toString()}\n${missing === '' ? '' : `not shown in ${width} columns: ${missing}; --json has all\n`}`;
}

function shortened(text: string, width: number, keepsEnd: boolean): string {
  if (text.length <= width) return text;
  return keepsEnd ? `…${text.slice(text.length - width + 1)}` : `${text.slice(0, width - 1)}…`;
}
