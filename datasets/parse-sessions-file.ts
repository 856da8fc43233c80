import { parse } from 'csv-parse/sync';
import { readResolution } from '../common/read-resolution.js';
import { shownColumns } from '../common/shown-columns.js';
import { SessionsFileError } from './sessions-file-error.js';

/** One labelled capture of a folder. */
interface LabelledCapture {
  /** Line of the sessions file, 1-based. */
  readonly line: number;
  readonly sessionId: string;
  /** As written: relative to the sessions file. */
  readonly capture: string;
  readonly site: string | null;
  readonly videoId: string | null;
  readonly homeId: string | null;
  /** The player's log, relative to the sessions file. Labels each window, whatever `resolution` says. */
  readonly playerLog: string | null;
  /** Null if the cell is empty: a capture without a label. */
  readonly resolutionPx: number | null;
}

const REQUIRED_COLUMNS = ['session_id', 'capture'] as const;

/**
 * Reads a sessions file: CSV (commas, semicolons or tabs) with the columns `session_id,capture`, `resolution` or
 * `player_log` or both, and optionally `site,video_id,home_id`. `common/read-resolution.ts` reads the resolution.
 * Without a column `resolution`, every session needs a log.
 * @throws SessionsFileError with the line: missing columns, an empty or repeated id, a resolution that is not on
 *   the ladder, an id such as a#2 beside a
 */
export function parseSessionsFile(path: string, text: string, ladder: readonly number[]): LabelledCapture[] {
  const sessions = readRows(path, text).map(({ line, cells }) => parseSession(path, line, cells, ladder));
  const lines = new Map<string, number>();
  for (const { sessionId, line } of sessions) {
    const earlier = lines.get(sessionId);
    if (earlier !== undefined)
      throw new SessionsFileError(path, line, `session ${sessionId} is already on line ${earlier}`);
    lines.set(sessionId, line);
  }
  for (const [sessionId, line] of lines) {
    const stem = /^(.*)#\d+$/.exec(sessionId)?.[1];
    if (stem !== undefined && lines.has(stem))
      throw new SessionsFileError(
        path,
        line,
        `session ${sessionId} has the id that a further session in the capture of ${stem} gets: name it otherwise`,
      );
  }
  if (sessions.length === 0) throw new SessionsFileError(path, null, 'lists no sessions');
  return sessions;
}

interface Row {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

function readRows(path: string, text: string): Row[] {
  const records: { record: string[]; line: number }[] = [];
  try {
    parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      trim: true,
      skip_empty_lines: true,
      on_record: (record: string[], { lines }) => void records.push({ record, line: lines }),
    });
  } catch (error) {
    throw new SessionsFileError(
      path,
      null,
      `is not CSV: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const [header, ...body] = records;
  const columns = header?.record ?? [];
  const missing: string[] = REQUIRED_COLUMNS.filter((name) => !columns.includes(name));
  if (!columns.includes('resolution') && !columns.includes('player_log')) missing.push('resolution');
  if (missing.length > 0) {
    throw new SessionsFileError(
      path,
      1,
      `needs the columns session_id, capture, and resolution or player_log; missing: ${missing.join(', ')}; ${shownColumns(columns)}`,
    );
  }
  return body.map(({ record, line }) => ({
    line,
    cells: new Map(columns.map((name, index) => [name, record[index] ?? ''])),
  }));
}

/**
 * The first line shows the delimiter: spreadsheets in many countries write semicolons, and copied tables have tabs.
 */
function delimiterOf(text: string): string {
  const [header] = text.split(/\r?\n|\r/, 1);
  return [';', '\t'].find((each) => header?.includes(each) === true && !header.includes(',')) ?? ',';
}

function parseSession(
  path: string,
  line: number,
  cells: ReadonlyMap<string, string>,
  ladder: readonly number[],
): LabelledCapture {
  const cell = (name: string): string => cells.get(name) ?? '';
  const optional = (name: string): string | null => (cell(name) === '' ? null : cell(name));
  for (const name of ['session_id', 'capture']) {
    if (cell(name) === '') throw new SessionsFileError(path, line, `${name} is empty`);
  }
  if (!cells.has('resolution') && cell('player_log') === '')
    throw new SessionsFileError(path, line, 'player_log is empty, and there is no column resolution');
  return {
    line,
    sessionId: cell('session_id'),
    capture: cell('capture'),
    playerLog: optional('player_log'),
    site: optional('site'),
    videoId: optional('video_id'),
    homeId: optional('home_id'),
    resolutionPx: parseResolution(path, line, cell('resolution'), ladder),
  };
}

function parseResolution(path: string, line: number, text: string, ladder: readonly number[]): number | null {
  const heightPx = readResolution(text);
  if (heightPx === null) return null;
  if (heightPx === undefined)
    throw new SessionsFileError(
      path,
      line,
      `resolution ${JSON.stringify(text)} is no number of lines: write it as 720 or 720p`,
    );
  if (!ladder.includes(heightPx))
    throw new SessionsFileError(
      path,
      line,
      `resolution ${heightPx} is not on the ladder ${ladder.join(', ')}: name the resolutions that count in ladder`,
    );
  return heightPx;
}
