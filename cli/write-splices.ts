import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { csvCell } from '../common/csv-cell.js';
import { planSplices, type SpliceOptions } from '../common/plan-splices.js';
import { parseSessionsFile } from '../datasets/parse-sessions-file.js';
import { ORIGIN_FILES } from '../schemas/data-origin.js';
import { KNOWN_HEIGHTS_PX } from '../schemas/run-config.js';
import { SPLICING_VERSION, type Splicing } from '../schemas/splicing.js';
import { spliceCapture, type CaptureSource } from '../simulation/splicing/splice-capture.js';
import { SplicingError } from '../simulation/splicing/splicing-error.js';
import { surveyCapture } from '../simulation/splicing/survey-capture.js';

const SESSIONS_FILE = 'sessions.csv';

export interface SpliceFolders extends SpliceOptions {
  /** Folder of labelled captures, each of one resolution. */
  readonly data: string;
  readonly out: string;
  /** Sessions that may be used; null: all. */
  readonly only: readonly string[] | null;
  readonly onProgress?: (step: string) => void;
}

/**
 * Writes spliced captures, their player logs, sessions.csv and last `splicing.json`, which lists the pieces of each capture.
 * @throws SplicingError, also if the folder contains other sessions; SessionsFileError; CaptureFormatError
 */
export async function writeSplices(options: SpliceFolders): Promise<Splicing> {
  const { data, out, only, seed, pieceSeconds, onProgress } = options;
  const sessionsPath = join(out, SESSIONS_FILE);
  if ((await textOf(sessionsPath)) !== null && (await textOf(join(out, ORIGIN_FILES.spliced))) === null)
    throw new SplicingError(
      `${out} contains a ${SESSIONS_FILE} that is not of spliced captures: choose another folder`,
    );
  const sources = await readSources(data, only, onProgress);
  const plans = planSplices(sources, options);
  if (plans.length === 0)
    throw new SplicingError(
      `nothing to splice: among ${sources.length} labelled captures, no two have different resolutions, the same kind of link and address, and ${pieceSeconds[0]} s of media each`,
    );
  await mkdir(out, { recursive: true });
  const lines: string[] = [];
  const sessions: Splicing['sessions'] = [];
  for (const [index, plan] of plans.entries()) {
    onProgress?.(`splicing ${index + 1} of ${plans.length}`);
    const sessionId = `spliced-${String(index + 1).padStart(String(plans.length).length, '0')}`;
    const [captureName, logName] = [`${sessionId}.pcap`, `${sessionId}.player.csv`];
    const { capture, playerLog, pieces } = await spliceCapture(plan, (source) =>
      createReadStream(resolve(data, source.capture)),
    );
    await writeFile(join(out, captureName), capture);
    await writeFile(join(out, logName), playerLog);
    const shared = (of: (source: CaptureSource) => string | null): string => {
      const values = new Set(plan.map(({ source }) => of(source)));
      return values.size === 1 ? ([...values][0] ?? '') : '';
    };
    const cells = [
      sessionId,
      captureName,
      shared(({ site }) => site),
      shared(({ videoId }) => videoId),
      logName,
    ];
    lines.push(cells.map(csvCell).join(','));
    sessions.push({ sessionId, capture: captureName, pieces: [...pieces] });
  }
  await writeFile(sessionsPath, ['session_id,capture,site,video_id,player_log', ...lines, ''].join('\n'));
  const [least, most] = pieceSeconds;
  const splicing: Splicing = {
    spliced: true,
    version: SPLICING_VERSION,
    seed,
    pieceSeconds: [least, most],
    sessions,
  };
  // Splices of simulated captures are simulated too.
  if (existsSync(join(data, ORIGIN_FILES.simulated)))
    await copyFile(join(data, ORIGIN_FILES.simulated), join(out, ORIGIN_FILES.simulated));
  await writeFile(join(out, ORIGIN_FILES.spliced), `${JSON.stringify(splicing, null, 1)}\n`);
  return splicing;
}

async function readSources(
  data: string,
  only: readonly string[] | null,
  onProgress: SpliceFolders['onProgress'],
): Promise<CaptureSource[]> {
  const path = join(data, SESSIONS_FILE);
  const text = await textOf(path);
  if (text === null)
    throw new SplicingError(`${path}: no such file; it must list the captures and their resolutions`);
  const labelled = parseSessionsFile(path, text, KNOWN_HEIGHTS_PX);
  const missing = (only ?? []).filter((id) => !labelled.some(({ sessionId }) => sessionId === id));
  if (missing.length > 0) throw new SplicingError(`${path} names no session ${missing.join(', ')}`);
  const chosen = labelled.filter(
    ({ sessionId, resolutionPx, playerLog }) =>
      resolutionPx !== null && playerLog === null && (only?.includes(sessionId) ?? true),
  );
  const sources: CaptureSource[] = [];
  for (const { sessionId, capture, site, videoId, resolutionPx } of chosen) {
    onProgress?.(`reading ${sources.length + 1} of ${chosen.length}`);
    const survey = await surveyCapture(createReadStream(resolve(data, capture))).catch((error: unknown) => {
      throw new SplicingError(`${capture}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    });
    if (survey !== null && resolutionPx !== null)
      sources.push({
        ...{ sessionId, capture, site, videoId, resolutionPx, survey },
        kind: `link type ${survey.linkType}, IPv${survey.ipVersion}`,
        content: survey.contentHash,
        firstUs: survey.firstUs,
        activeFromUs: survey.activeFromUs,
        activeToUs: survey.activeToUs,
      });
  }
  return sources;
}

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
