import { join, resolve } from 'node:path';
import { parseSessionsFile } from '../../datasets/parse-sessions-file.js';
import { SessionsFileError } from '../../datasets/sessions-file-error.js';
import { PathNotAllowedError, type ConfinedFiles } from '../confined-files.js';
import { InputFileError } from '../failures.js';
import { captureFile } from './capture-folder.js';
import { apartWarnings } from './capture-series.js';
import type { CaptureSource, PlayerLogSource, RunPlan } from './run-plan.js';

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
  const folder = resolve(directory);
  const names = await files.names(folder).catch((error: unknown) => {
    if (error instanceof PathNotAllowedError) throw error;
    throw new InputFileError(`${folder}: no such folder on the worker's machine`);
  });
  const listPath = join(folder, sessionsFile);
  if (!names.includes(sessionsFile)) {
    throw new InputFileError(
      names.length === 0
        ? `${folder}: the folder is empty; it must contain captures and ${sessionsFile}`
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
  const sources: CaptureSource[] = [];
  const playerLogs: PlayerLogSource[] = [];
  for (const { line, sessionId, capture, playerLog, resolutionPx, ...places } of sessions) {
    const named = async (what: string, name: string): ReturnType<typeof captureFile> =>
      await captureFile(resolve(folder, name), files).catch((error: unknown) => {
        const reason = error instanceof PathNotAllowedError ? `: ${error.message}` : ', which does not exist';
        throw new SessionsFileError(listPath, line, `names the ${what} ${name}${reason}`);
      });
    const file = await named('capture', capture);
    const { site, videoId, homeId } = places;
    sources.push({ sessionId, ...file, site, videoId, homeId, resolutionPx });
    if (playerLog !== null) {
      playerLogs.push({ sessionId, path: (await named('player log', playerLog)).path });
    }
  }
  return { sources, playerLogs, warnings: await apartWarnings(sources, files) };
}
