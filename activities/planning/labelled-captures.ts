import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseSessionsFile } from '../../datasets/parse-sessions-file.js';
import { SessionsFileError } from '../../datasets/sessions-file-error.js';
import { InputFileError } from '../failures.js';
import { captureFile } from './capture-folder.js';
import type { CaptureSource, PlayerLogSource, RunPlan } from './run-plan.js';

/**
 * The captures in the sessions file of a folder, with their labels and player logs.
 * @param ladder resolutions that labels may have
 * @throws InputFileError, or SessionsFileError naming the line
 */
export async function labelledCaptures(
  directory: string,
  sessionsFile: string,
  ladder: readonly number[],
): Promise<Pick<RunPlan, 'sources' | 'playerLogs'>> {
  const folder = resolve(directory);
  const names = await readdir(folder).catch(() => {
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
  const sessions = parseSessionsFile(listPath, await readFile(listPath, 'utf8'), ladder);
  if (sessions.every(({ resolutionPx, playerLog }) => resolutionPx === null && playerLog === null)) {
    throw new SessionsFileError(
      listPath,
      null,
      'has no resolution and no player_log for any session: fill in one of these columns',
    );
  }
  const sources: CaptureSource[] = [];
  const playerLogs: PlayerLogSource[] = [];
  for (const { line, sessionId, capture, playerLog, resolutionPx, ...named } of sessions) {
    const file = await captureFile(resolve(folder, capture)).catch(() => {
      throw new SessionsFileError(listPath, line, `names the capture ${capture}, which does not exist`);
    });
    const { site, videoId, homeId } = named;
    sources.push({ sessionId, ...file, site, videoId, homeId, resolutionPx });
    if (playerLog !== null) {
      const log = await captureFile(resolve(folder, playerLog)).catch(() => {
        throw new SessionsFileError(
          listPath,
          line,
          `names the player log ${playerLog}, which does not exist`,
        );
      });
      playerLogs.push({ sessionId, path: log.path });
    }
  }
  return { sources, playerLogs };
}
