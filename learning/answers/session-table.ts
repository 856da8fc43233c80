import { percentText } from '../../common/percent-text.js';
import type { SessionAnswer } from '../../schemas/session-answer.js';

/** A table with one row a session: what its viewer saw, or why nothing can be said. */
export interface SessionTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What the column `resolution` says. */
export const RESOLUTION_MEANING =
  'resolution: the one predicted most of the time, and its share of the windows with an answer';

/** Without the columns that no session has. @param shortened for names, which may be long */
export function sessionTable(
  answers: readonly SessionAnswer[],
  shortened: (text: string) => string = (text) => text,
): SessionTable {
  const withModel = answers.some(({ windows }) => windows !== null);
  const withNotes = answers.some(({ note }) => note !== null);
  const head = [
    ...['session', 'service', 'client', 'begin (UTC)', 'length'],
    ...(withModel ? ['resolution', 'switches', 'confidence', 'unknown'] : []),
    ...(withNotes ? ['note'] : []),
  ];
  const rows = answers.map((answer) => {
    const { sessionId, captureName, service, clientAddress, beganMs, seconds, note } = answer;
    return [
      sessionId === null ? `${shortened(captureName)} (no session)` : shortened(sessionId),
      service ?? '',
      clientAddress ?? '',
      beganMs === null ? '' : new Date(beganMs).toISOString().slice(0, 19).replace('T', ' '),
      seconds === null ? '' : lengthText(seconds),
      ...(withModel ? predictionCells(answer) : []),
      ...(withNotes ? [note ?? ''] : []),
    ];
  });
  return { head, rows };
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
