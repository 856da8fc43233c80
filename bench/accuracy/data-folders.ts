import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { csvCell } from '../../common/csv-cell.js';
import { parseSessionsFile } from '../../datasets/parse-sessions-file.js';
import { ORIGIN_FILES } from '../../schemas/data-origin.js';
import { KNOWN_HEIGHTS_PX } from '../../schemas/run-config.js';

const SESSIONS_FILE = 'sessions.csv';
const COLUMNS = 'session_id,capture,site,video_id,home_id,resolution,player_log';

type Session = ReturnType<typeof parseSessionsFile>[number];

export function sessionsOf(folder: string): Session[] {
  const path = join(folder, SESSIONS_FILE);
  return parseSessionsFile(path, readFileSync(path, 'utf8'), KNOWN_HEIGHTS_PX);
}

/**
 * One folder with the sessions of all: the folder itself, or a new one whose sessions file names the captures of all.
 * @param made the new folder
 * @throws Error if one of several contains simulated or spliced captures: the new folder would not say so
 */
export function oneFolder(folders: readonly string[], made: string): string {
  const [first] = folders;
  if (folders.length === 1 && first !== undefined) return first;
  const marked = folders.find((folder) =>
    Object.values(ORIGIN_FILES).some((file) => existsSync(join(folder, file))),
  );
  if (marked !== undefined)
    throw new Error(
      `${marked} contains simulated or spliced captures: train on it alone, as the only --data`,
    );
  const named = folders.flatMap((folder) => sessionsOf(folder).map((session) => ({ folder, session })));
  const counts = new Map<string, number>();
  for (const { session } of named) counts.set(session.sessionId, (counts.get(session.sessionId) ?? 0) + 1);
  const rows = named.map(({ folder, session }) => {
    const { sessionId, capture, site, videoId, homeId, resolutionPx, playerLog } = session;
    const id = (counts.get(sessionId) ?? 0) > 1 ? `${basename(folder)}-${sessionId}` : sessionId;
    const log = playerLog === null ? null : resolve(folder, playerLog);
    return [id, resolve(folder, capture), site, videoId, homeId, resolutionPx, log].map(csvCell).join(',');
  });
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, SESSIONS_FILE), [COLUMNS, ...rows, ''].join('\n'));
  return made;
}

/** Number of groups that sessions of a folder belong to; a session without one counts in none. */
export function groupCount(folder: string, by: 'session' | 'video' | 'site'): number {
  return groups(sessionsOf(folder), by).size;
}

/** How much of a folder is known from the sessions that were trained on, in words: `14 of 14 videos and 2 of 2 sites known`. */
export function knownText(folder: string, trained: string): string {
  const [there, here] = [sessionsOf(trained), sessionsOf(folder)];
  const texts = (['video', 'site'] as const).flatMap((by) => {
    const [known, own] = [groups(there, by), groups(here, by)];
    const shared = [...own].filter((value) => known.has(value)).length;
    return own.size === 0 ? [] : [`${shared} of ${own.size} ${by}s`];
  });
  return texts.length === 0 ? 'videos and sites not named' : `${texts.join(' and ')} known`;
}

function groups(sessions: readonly Session[], by: 'session' | 'video' | 'site'): Set<string> {
  const value = ({ sessionId, videoId, site }: Session): string | null =>
    by === 'session' ? sessionId : by === 'video' ? videoId : site;
  return new Set(sessions.flatMap((session) => value(session) ?? []));
}
