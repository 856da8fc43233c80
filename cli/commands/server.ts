import { openServer, untilInterrupted } from '../server.js';
import { readSettings } from '../settings.js';

/** `vqi server`: a Temporal server with its web UI, on the database of the home folder, until it is stopped. */
export async function runServerCommand(): Promise<void> {
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  const server = await openServer(readSettings(), say);
  say(`Temporal server: ${server.address}`);
  if (server.uiAddress !== null) say(`Temporal web UI: ${server.uiAddress}`);
  if (!server.owned) {
    say('it was running already and stays so');
    return;
  }
  await untilInterrupted();
  await server.stop();
}
