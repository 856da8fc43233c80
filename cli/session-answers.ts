import { RESOLUTION_MEANING, sessionTable } from '../learning/answers/session-table.js';
import type { SessionAnswers } from '../schemas/session-answer.js';
import { plainTable } from './plain-table.js';

/** The head, two lines a border, and the lines before and after the table fit a terminal of 45 lines with these. */
const MOST_ROWS = 30;
const LONGEST_TEXT = 48;

/** One row a session: what its viewer saw, or why nothing can be said; ends with a newline. */
export function answersTable({ answers, all }: SessionAnswers): string {
  if (answers.length === 0) return '';
  const { head, rows } = sessionTable(answers, short);
  const table = plainTable(head);
  const shown = rows.slice(0, MOST_ROWS);
  for (const row of shown) table.push([...row]);
  const rest = all - shown.length;
  const more = rest === 0 ? '' : `and ${rest} more: see the table sessions_summary\n`;
  const meaning = head.includes('resolution') ? `${RESOLUTION_MEANING}\n` : '';
  return `${table.toString()}\n${more}${meaning}`;
}

function short(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}
