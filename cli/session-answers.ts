import { percentText } from '../common/percent-text.js';
import type { SessionAnswer, SessionAnswers } from '../schemas/session-answer.js';
import { plainTable } from './plain-table.js';

/** The head, two lines a border, and the lines before and after the table fit a terminal of 45 lines with these. */
const MOST_ROWS = 30;
const LONGEST_TEXT = 48;

/** One row a session: what its viewer saw, or why nothing can be said; ends with a newline. */
export function answersTable({ answers, all }: SessionAnswers): string {
  if (answers.length === 0) return '';
  const withModel = answers.some(({ windows }) => windows > 0);
  const head = [
    ...['session', 'service', 'client', 'begin (UTC)', 'length'],
    ...(withModel ? ['resolution', 'switches', 'confidence', 'unknown'] : []),
    ...(answers.some(({ note }) => note !== null) ? ['note'] : []),
  ];
  const table = plainTable(head);
  const shown = answers.slice(0, MOST_ROWS);
  for (const answer of shown) table.push(cellsOf(answer, head, withModel));
  const rest = all - shown.length;
  const more = rest === 0 ? '' : `and ${rest} more: see the table sessions_summary\n`;
  return `${table.toString()}\n${more}`;
}

function cellsOf(answer: SessionAnswer, head: readonly string[], withModel: boolean): string[] {
  const { sessionId, captureName, service, clientAddress, beganMs, seconds, note } = answer;
  return [
    sessionId === null ? `${short(captureName)} (no session)` : short(sessionId),
    service ?? '',
    clientAddress ?? '',
    beganMs === null ? '' : new Date(beganMs).toISOString().slice(0, 19).replace('T', ' '),
    seconds === null ? '' : lengthText(seconds),
    ...(withModel ? predictionCells(answer) : []),
    ...(head.includes('note') ? [note ?? ''] : []),
  ];
}

function predictionCells(answer: SessionAnswer): string[] {
  const { resolutionPx, resolutionShare, switches, confidence, unknownShare, unknownKind } = answer;
  const why = unknownKind === null ? '' : ` (${unknownKind})`;
  return [
    resolutionPx === null ? '' : `${resolutionPx}p in ${percentText(resolutionShare ?? 0)}`,
    switches === null ? '' : String(switches),
    confidence === null ? '' : confidence.toFixed(2),
    unknownShare === null ? '' : `${percentText(unknownShare)}${why}`,
  ];
}

function lengthText(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function short(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}
