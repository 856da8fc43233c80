import { RESOLUTION_MEANING, sessionTable } from '../learning/answers/session-table.js';
import type { SessionAnswer, SessionAnswers } from '../schemas/session-answer.js';
import { fittedTable, terminalWidth, type FittedColumn } from './plain-table.js';

/** The head, two lines a border, and the lines before and after the table fit a terminal of 45 lines with these. */
const MOST_ROWS = 30;
const LONGEST_TEXT = 48;

/** How columns give way where a terminal is narrow. */
const NARROW: Readonly<Record<string, Omit<FittedColumn, 'head'>>> = {
  session: { least: 16, keepsEnd: true },
  service: { goes: 2 },
  client: { goes: 4 },
  'begin (UTC)': { goes: 3 },
  switches: { goes: 5 },
  confidence: { goes: 1 },
  unknown: { least: 12 },
  note: { least: 24 },
};

/** One row a session: what its viewer saw, or why nothing can be said; ends with a newline. */
export function answersTable({ answers, all }: SessionAnswers): string {
  if (answers.length === 0) return '';
  const { head, rows } = sessionTable(answers, short);
  const shown = rows.slice(0, MOST_ROWS);
  const columns = head.map((name) => ({ head: name, ...NARROW[name] }));
  const table = fittedTable(columns, shown, terminalWidth());
  const rest = all - shown.length;
  const more = rest === 0 ? '' : `and ${rest} more: see the table sessions_summary\n`;
  const meaning = head.includes('resolution') ? `${RESOLUTION_MEANING}\n` : '';
  return `${table}${more}${meaning}`;
}

/**
 * The result of a run for `--json`: `sessions` are its sessions in short, and captures without one; `sessionCount` is the
 * number of sessions, and `sessionsLeftOut` the number of rows that only the table `sessions_summary` has.
 */
export function withSessions<
  Result extends { readonly sessions: number; readonly answers?: SessionAnswers },
>({
  answers,
  sessions,
  ...result
}: Result): Omit<Result, 'answers' | 'sessions'> & {
  readonly sessionCount: number;
  readonly sessions: readonly SessionAnswer[];
  readonly sessionsLeftOut: number;
} {
  const { answers: rows, all } = answers ?? { answers: [], all: 0 };
  return { ...result, sessionCount: sessions, sessions: rows, sessionsLeftOut: all - rows.length };
}

function short(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}
