import { join } from 'node:path';
import { countText } from '../../common/count-text.js';
import type { SimulatedService } from '../../simulation/hosts.js';
import type { Codec } from '../../simulation/title/codec-ladders.js';
import { localPath } from '../local-path.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { sayWhile } from '../say.js';
import { SIMULATION_SILENCE_MS, writeSimulation } from '../write-simulation.js';

export interface SimulateOptions extends AnswerOptions {
  readonly out: string;
  readonly sessions: number;
  readonly duration: number;
  readonly seed: number;
  readonly transport: 'tcp' | 'quic' | 'mixed';
  readonly loss: number;
  readonly reorder: number;
  readonly service: SimulatedService;
  readonly codec: Codec | 'mixed';
  readonly constant: boolean;
  readonly otherTraffic: boolean;
  readonly snapLength: number;
}

/** `vqi simulate`: writes a folder of simulated captures with labels and ground truth. */
export async function runSimulateCommand(options: SimulateOptions): Promise<void> {
  const directory = localPath(options.out);
  const { isTTY } = process.stderr;
  let done = 0;
  const written = writeSimulation({
    directory,
    seed: options.seed,
    sessions: options.sessions,
    durationSeconds: options.duration,
    service: options.service,
    codec: options.codec,
    transport: options.transport,
    loss: options.loss,
    reordering: options.reorder,
    adaptive: !options.constant,
    otherTraffic: options.otherTraffic,
    snapLength: options.snapLength,
    onProgress: (sessions, all) => {
      done = sessions;
      if (isTTY) process.stderr.write(`\r${done} of ${countText(all, 'session')}${done === all ? '\n' : ''}`);
    },
  });
  const { sessions, captureBytes } = await (isTTY
    ? written
    : sayWhile(
        () => `simulated ${done} of ${countText(options.sessions, 'session')}`,
        written,
        SIMULATION_SILENCE_MS,
      ));
  const size = captureBytes === 0 ? 'already there' : `${(captureBytes / 1e6).toFixed(1)} MB`;
  const sessionsFile = join(directory, 'sessions.csv');
  const logs = options.constant
    ? ''
    : 'sessions that adapt have a player_log in sessions.csv, with the resolutions shown by time\n';
  printAnswer(
    options,
    { sessions, captureBytes, sessionsFile },
    () => `${countText(sessions, 'simulated session')} (${size}): ${sessionsFile}\n${logs}`,
  );
}
