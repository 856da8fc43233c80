import { inParallel } from '../../common/in-parallel.js';
import { isInBucket, resolvePath } from '../../common/resolve-path.js';
import { VqiError } from '../../common/vqi-error.js';
import { parseSessionsFile } from '../../datasets/parse-sessions-file.js';
import { SessionsFileError } from '../../datasets/sessions-file-error.js';
import type { CaptureFile } from '../../warehouse/captures/load-capture.js';
import type { ConfinedFiles } from '../confined-files.js';
import { InputFileError } from '../failures.js';
import { captureFile } from './capture-folder.js';
import { apartWarnings } from './capture-series.js';
import { nothingAt } from './nothing-at.js';
import type { RunPlan } from './run-plan.js';

/** Files that are asked for at the same time. */
const ASKED = 8;

/**
 * The captures in the sessions file of a folder, with their labels and player logs.
 * @param ladder resolutions that labels may have
 * @throws InputFileError, PathNotAllowedError, or SessionsFileError naming the line
 */
export async function labelledCaptures(
  directory: string,
  sessionsFile: string,
  ladder: readonly number[],
  files: ConfinedFiles,
): Promise<Required<Pick<RunPlan, 'sources' | 'playerLogs' | 'warnings'>>> {
  const folder = resolvePath(directory);
  const names = await files.names(folder).catch((error: unknown) => {
    if (error instanceof VqiError) throw error;
    throw nothingAt(folder, "no such folder on the worker's machine");
  });
  const listPath = resolvePath(folder, sessionsFile);
  if (!names.includes(sessionsFile)) {
    throw new InputFileError(
      names.length === 0
        ? `${folder}: ${isInBucket(folder) ? 'there is no object below it' : 'the folder is empty'}; it must contain captures and ${sessionsFile}`
        : `${listPath}: no such file; it must list the captures: session_id,capture,resolution or player_log`,
    );
  }
  const sessions = parseSessionsFile(listPath, await files.text(listPath), ladder);
  if (sessions.every(({ resolutionPx, playerLog }) => resolutionPx === null && playerLog === null)) {
    throw new SessionsFileError(
      listPath,
      null,
      'has no resolution and no player_log for any session: fill in one of these columns',
    );
  }
  const named = async (line: number, what: string, name: string): Promise<CaptureFile> =>
    await captureFile(resolvePath(folder, name), files).catch((error: unknown) => {
      const isAbsent = error instanceof InputFileError || !(error instanceof VqiError);
      if (!isAbsent && error.retry === 'later') throw error;
      const reason = isAbsent ? ', which does not exist' : `: ${error.message}`;
      throw new SessionsFileError(listPath, line, `names the ${what} ${name}${reason}`);
    });
  const found = await inParallel(sessions, ASKED, async ({ line, capture, playerLog, ...session }) => {
    const file = await named(line, 'capture', capture);
    const log = playerLog === null ? null : await named(line, 'player log', playerLog);
    const { sessionId, site, videoId, homeId, resolutionPx } = session;
    return { log, source: { sessionId, ...file, site, videoId, homeId, resolutionPx } };
  });
  const sources = found.map(({ source }) => source);
  const playerLogs = found.flatMap(({ log, source: { sessionId } }) =>
    log === null ? [] : [{ sessionId, path: log.path }],
  );
  return { sources, playerLogs, warnings: await apartWarnings(sources, files) };
}
