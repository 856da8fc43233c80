import { say, sayWhile } from '../say.js';
import { openServer, serverHasEnded, untilInterrupted } from '../server.js';
import { readSettings } from '../settings.js';

/** `vqi server`: runs a Temporal server with its web UI on the database of the home folder until it is stopped. */
export async function runServerCommand(): Promise<void> {
  const server = await sayWhile('starting the Temporal server', openServer(readSettings()));
  say(`Temporal server: ${server.address}`);
  if (server.uiAddress !== null) say(`Temporal web UI: ${server.uiAddress}`);
  if (!server.owned) {
    say('the server was already running and keeps running');
    return;
  }
  const next = '; its database keeps the runs: start it again to continue them';
  try {
    await Promise.race([untilInterrupted(), serverHasEnded(server, next, new AbortController().signal)]);
  } finally {
    await sayWhile('stopping the Temporal server', server.stop());
  }
}
