import { checkRequest } from '../worker/check-request.js';
import { sayWhile } from './say.js';
import { readSettings } from './settings.js';

/**
 * Refuses a request that its workflow would refuse, such as a wrong path, before a server, a worker or a run is started.
 * @throws Error with the cause and the next step
 */
export async function checkFirst(type: string, input: unknown): Promise<void> {
  try {
    await sayWhile('checking the request', checkRequest(type, input, readSettings()));
  } catch (error) {
    throw new Error(
      `${error instanceof Error ? error.message : String(error)}\nnothing was started: correct this, and give the command again`,
      { cause: error },
    );
  }
}
