import { join, resolve } from 'node:path';
import { writeSimulation } from '../write-simulation.js';

export interface SimulateOptions {
  readonly out: string;
  readonly sessionsPerRung: number;
  readonly seconds: number;
  readonly seed: number;
}

/** `vqi simulate`: a folder of simulated captures with their labels. */
export async function runSimulateCommand({
  out,
  sessionsPerRung,
  seconds,
  seed,
}: SimulateOptions): Promise<void> {
  const directory = resolve(out);
  const sessions = await writeSimulation({ directory, seed, sessionsPerRung, durationSeconds: seconds });
  process.stdout.write(`${sessions} simulated sessions: ${join(directory, 'sessions.csv')}\n`);
}
