import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { captureBytes } from '../domain/simulator/capture-bytes.js';
import { sessionsCsv, simulateDataset, type DatasetSpec } from '../domain/simulator/dataset.js';
import { simulateSession } from '../domain/simulator/simulate-session.js';
import { DATASET_LADDER_PX } from '../schemas/run-config.js';

/** Raised by one whenever the same specification gives other captures than before. */
const SIMULATION_VERSION = 1;

export interface SimulationOptions {
  readonly directory: string;
  readonly seed: number;
  readonly sessionsPerRung: number;
  readonly durationSeconds: number;
}

/**
 * Writes simulated sessions on the ladder 240 to 1080 as captures, then sessions.csv, so that an interrupted folder
 * is not taken for a whole one. A folder that holds this simulation already is left as it is.
 * @returns the number of sessions.
 */
export async function writeSimulation({ directory, ...options }: SimulationOptions): Promise<number> {
  const spec: DatasetSpec = { ...options, ladder: DATASET_LADDER_PX };
  const sessions = simulateDataset(spec);
  const stampPath = join(directory, 'simulation.json');
  const stamp = JSON.stringify({ simulated: true, version: SIMULATION_VERSION, ...spec });
  if ((await readFile(stampPath, 'utf8').catch(() => null)) === stamp) return sessions.length;
  await mkdir(directory, { recursive: true });
  for (const session of sessions) {
    await writeFile(join(directory, session.capture), captureBytes(simulateSession(session).packets));
  }
  await writeFile(join(directory, 'sessions.csv'), sessionsCsv(sessions));
  await writeFile(stampPath, stamp);
  return sessions.length;
}
