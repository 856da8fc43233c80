import type { DroppedColumns } from '../schemas/dropped-columns.js';

const LONGEST_LINE = 110;

/** Which columns of a dataset did not become inputs, and why: a line for each rule. Empty if there are none. */
export function droppedText(dropped: readonly DroppedColumns[]): string {
  if (dropped.length === 0) return '';
  const all = dropped.reduce((sum, { columns }) => sum + columns, 0);
  return [
    `${all}; each one with its reason: the report, and the table cleaning_log`,
    ...dropped.map(lineOf),
  ].join('\n');
}

/** As many examples as fit, the first always. */
function lineOf({ rule, columns, examples }: DroppedColumns): string {
  const reasons = new Set(examples.map(({ reason }) => reason));
  const named = (count: number): string => {
    const shown = examples.slice(0, count);
    const rest = columns - shown.length;
    const texts =
      reasons.size === 1
        ? `${shown.map(({ column }) => column).join(', ')} (${[...reasons][0] ?? ''})`
        : shown.map(({ column, reason }) => `${column} (${reason})`).join(', ');
    return `${columns} ${rule}: ${texts}${rest === 0 ? '' : `, and ${rest} more`}`;
  };
  const lines = examples.map((_, at) => named(examples.length - at));
  return lines.find((line) => line.length <= LONGEST_LINE) ?? lines.at(-1) ?? '';
}
