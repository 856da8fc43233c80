import type { Usage } from './measure.js';

/** The runs of one program on one capture. */
export interface Measured {
  readonly name: string;
  readonly work: string;
  readonly times: number;
  readonly packets: number;
  readonly runs: readonly Usage[];
}

const MIB = 2 ** 20;

/** The median; of an even number of values, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}

export function cpuSeconds(measured: Measured): number {
  return median(measured.runs.map((run) => run.cpuSeconds));
}

export function peakMiB(measured: Measured): number {
  return median(measured.runs.map((run) => (run.peakBytes ?? NaN) / MIB));
}

/** A Markdown table with one row per program and capture; medians over the rounds. */
export function measurementTable(measured: readonly Measured[]): string {
  return table(
    ['program', 'what it does', 'packets', 'wall s', 'CPU s', 'peak MiB', 'packets per CPU-second'],
    measured.map((one) => [
      one.name,
      one.work,
      one.packets.toLocaleString('en'),
      median(one.runs.map((run) => run.wallSeconds)).toFixed(2),
      cpuSeconds(one).toFixed(2),
      peakMiB(one).toFixed(0),
      Math.round(one.packets / cpuSeconds(one)).toLocaleString('en'),
    ]),
  );
}

/** A Markdown table with padded columns. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
