import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ORIGIN_FILES } from '../schemas/data-origin.js';
import { playerCsv, segmentsCsv, sessionsCsv } from '../simulation/csv.js';
import { simulateDataset, truthFiles, type DatasetSpec } from '../simulation/dataset.js';
import { simulateSession } from '../simulation/simulate-session.js';
import { SIMULATION_DEFAULTS } from './simulation-defaults.js';

/** A session keeps the event loop busy for up to about three seconds: say something after this time. */
export const SIMULATION_SILENCE_MS = 2000;
/** Increased by one whenever the same specification produces different files. */
const SIMULATION_VERSION = 6;

/** What differs from the default specification, and the folder to write to. */
export interface SimulationOptions extends Partial<DatasetSpec> {
  readonly directory: string;
  /** Called after each session. */
  readonly onProgress?: (done: number, sessions: number) => void;
}

/** The sessions of the folder, written now or before. */
export interface Simulation {
  readonly sessions: number;
  /** Bytes of the captures written now; 0 if they existed already. */
  readonly captureBytes: number;
}

/**
 * Writes simulated sessions: each capture with its player log and its segments. Writes
 * sessions.csv and the stamp last, so that an interrupted folder does not look complete. Writes nothing if the folder
 * contains this simulation already.
 *
 * @throws Error if the folder contains a sessions.csv that no simulation wrote
 */
export async function writeSimulation({
  directory,
  onProgress,
  ...options
}: SimulationOptions): Promise<Simulation> {
  const spec: DatasetSpec = { ...SIMULATION_DEFAULTS, ...options };
  const sessions = simulateDataset(spec);
  const stampPath = join(directory, ORIGIN_FILES.simulated);
  const sessionsPath = join(directory, 'sessions.csv');
  const stamp = `${JSON.stringify({ simulated: true, version: SIMULATION_VERSION, ...spec })}\n`;
  const found = await textOf(stampPath);
  if (found === stamp) return { sessions: sessions.length, captureBytes: 0 };
  if (found === null && (await textOf(sessionsPath)) !== null) {
    throw new Error(`${directory} contains a sessions.csv that is not simulated: choose another folder`);
  }
  await mkdir(directory, { recursive: true });
  let captureBytes = 0;
  for (const [index, session] of sessions.entries()) {
    const { capture, truth } = simulateSession(session);
    const names = truthFiles(session.sessionId);
    await writeFile(join(directory, session.capture), capture);
    await writeFile(join(directory, names.segments), segmentsCsv(truth.segments));
    await writeFile(join(directory, names.player), playerCsv(truth.player));
    captureBytes += capture.length;
    onProgress?.(index + 1, sessions.length);
  }
  await writeFile(sessionsPath, sessionsCsv(sessions));
  await writeFile(stampPath, stamp);
  return { sessions: sessions.length, captureBytes };
}

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
