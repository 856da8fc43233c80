import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { csvCell } from '../common/csv-cell.js';
import { deriveSeed } from '../common/random.js';
import { parseSessionsFile } from '../datasets/parse-sessions-file.js';
import { ORIGIN_FILES } from '../schemas/data-origin.js';
import { KNOWN_HEIGHTS_PX } from '../schemas/run-config.js';
import { SPLICING_VERSION, splicingSchema, type SplicedPiece, type Splicing } from '../schemas/splicing.js';
import { BackgroundError } from '../simulation/background/background-error.js';
import { mixBackground, type MixedCapture } from '../simulation/background/mix-background.js';
import { surveyCapture } from '../simulation/splicing/survey-capture.js';

const SESSIONS_FILE = 'sessions.csv';
/** Lists the added flows of each capture; marks the folder as written by this command. */
const MANIFEST = 'background.json';
const COLUMNS = 'session_id,capture,site,video_id,home_id,resolution,player_log';

type Labelled = ReturnType<typeof parseSessionsFile>[number];

export interface BackgroundFolders {
  /** Folder of labelled captures. */
  readonly data: string;
  readonly out: string;
  /** Flows added to each capture. */
  readonly flows: number;
  readonly seed: number;
  /** Sessions to use; null: all. */
  readonly only: readonly string[] | null;
  readonly onProgress?: (step: string) => void;
}

/** The folder that was written. */
interface WrittenBackground {
  readonly sessions: number;
  /** Bytes on the wire of the captures, and of the added flows. */
  readonly originalBytes: number;
  readonly addedBytes: number;
  /** Sessions that were left out, with the reasons. */
  readonly skipped: readonly string[];
}

interface WrittenSession {
  readonly row: string;
  readonly splicing: Splicing['sessions'][number];
  readonly mixed: Omit<MixedCapture, 'capture'>;
}

/**
 * Writes the captures of a folder with flows of other applications mixed in, with their labels and player logs. A
 * `splicing.json` names the captures behind them, so that a model trained on those is not evaluated on these. Last comes
 * `background.json` with the added flows.
 * @throws BackgroundError if no capture could be used, or the folder contains other sessions; SessionsFileError
 */
export async function writeBackground(options: BackgroundFolders): Promise<WrittenBackground> {
  const { data, out, only, onProgress } = options;
  if (existsSync(join(out, SESSIONS_FILE)) && !existsSync(join(out, MANIFEST)))
    throw new BackgroundError(
      `${out} contains a ${SESSIONS_FILE} that is not of captures with background: choose another folder`,
    );
  const chosen = await readSessions(data, only);
  const earlier = await earlierPieces(data);
  await mkdir(out, { recursive: true });
  const written: WrittenSession[] = [];
  const skipped: string[] = [];
  for (const [at, session] of chosen.entries()) {
    onProgress?.(`mixing ${at + 1} of ${chosen.length}`);
    try {
      written.push(await writeSession(session, options, earlier.get(session.sessionId) ?? null));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      skipped.push(`${session.sessionId}: ${error.message}`);
    }
  }
  if (written.length === 0)
    throw new BackgroundError(`no capture of ${data} could be used: ${skipped[0] ?? 'none is listed'}`);
  await writeFile(join(out, SESSIONS_FILE), [COLUMNS, ...written.map(({ row }) => row), ''].join('\n'));
  await writeManifests(options, written);
  const sum = (of: 'original' | 'added'): number =>
    written.reduce((total, { mixed }) => total + mixed[of].wireBytes, 0);
  return { sessions: written.length, originalBytes: sum('original'), addedBytes: sum('added'), skipped };
}

async function writeSession(
  session: Labelled,
  { data, out, flows, seed }: BackgroundFolders,
  earlier: readonly SplicedPiece[] | null,
): Promise<WrittenSession> {
  const { sessionId, playerLog } = session;
  const path = resolve(data, session.capture);
  const survey = await surveyCapture(createReadStream(path));
  if (survey === null)
    throw new BackgroundError(`${session.capture} has no client with downloads, or several link types`);
  const { capture, ...mixed } = await mixBackground(createReadStream(path), survey, {
    flows,
    seed: deriveSeed(seed, sessionId),
  });
  const name = encodeURIComponent(sessionId);
  const captureName = `${name}.pcap`;
  await writeFile(join(out, captureName), capture);
  const logName = playerLog === null ? '' : `${name}.player${extname(playerLog)}`;
  if (playerLog !== null) await copyFile(resolve(data, playerLog), join(out, logName));
  const { firstUs: fromUs, lastUs } = mixed;
  const piece = {
    ...{ sessionId, capture: session.capture, contentHash: survey.contentHash },
    ...{ resolutionPx: session.resolutionPx, fromUs, toUs: lastUs + 1, atUs: fromUs },
    ...{ packets: mixed.original.packets, lookUps: 0 },
  };
  const { site, videoId, homeId, resolutionPx } = session;
  const cells = [sessionId, captureName, site, videoId, homeId, resolutionPx, logName];
  return {
    row: cells.map((cell) => csvCell(cell ?? null)).join(','),
    splicing: { sessionId, capture: captureName, pieces: [...(earlier ?? [piece])] },
    mixed,
  };
}

async function writeManifests(
  { data, out, flows, seed }: BackgroundFolders,
  written: readonly WrittenSession[],
): Promise<void> {
  const sessions = written.map(({ splicing }) => splicing);
  const lengths = sessions.flatMap(({ pieces }) => pieces.map(({ fromUs, toUs }) => (toUs - fromUs) / 1e6));
  const splicing: Splicing = {
    spliced: true,
    version: SPLICING_VERSION,
    seed,
    pieceSeconds: [Math.min(...lengths), Math.max(...lengths)],
    sessions,
  };
  if (existsSync(join(data, ORIGIN_FILES.simulated)))
    await copyFile(join(data, ORIGIN_FILES.simulated), join(out, ORIGIN_FILES.simulated));
  await writeFile(join(out, ORIGIN_FILES.spliced), `${JSON.stringify(splicing, null, 1)}\n`);
  const manifest = {
    ...{ seed, flows },
    sessions: written.map(({ splicing: { sessionId }, mixed }) => ({
      ...{ sessionId, original: mixed.original, added: mixed.added },
      flows: mixed.flows.map(({ exchanges, ...flow }) => ({ ...flow, exchanges: exchanges.length })),
    })),
  };
  await writeFile(join(out, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
}

async function readSessions(data: string, only: readonly string[] | null): Promise<Labelled[]> {
  const path = join(data, SESSIONS_FILE);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new BackgroundError(`${path}: no such file; it must list the captures and what played`);
  });
  const sessions = parseSessionsFile(path, text, KNOWN_HEIGHTS_PX);
  const missing = (only ?? []).filter((id) => !sessions.some(({ sessionId }) => sessionId === id));
  if (missing.length > 0) throw new BackgroundError(`${path} names no session ${missing.join(', ')}`);
  return sessions.filter(({ sessionId }) => only?.includes(sessionId) ?? true);
}

/** Pieces by session, where the captures of the folder are composed of others themselves. */
async function earlierPieces(data: string): Promise<Map<string, readonly SplicedPiece[]>> {
  const text = await readFile(join(data, ORIGIN_FILES.spliced), 'utf8').catch(() => null);
  if (text === null) return new Map();
  const { sessions } = splicingSchema.parse(JSON.parse(text));
  return new Map(sessions.map(({ sessionId, pieces }) => [sessionId, pieces]));
}
