import { DEFAULT_UI_PORT } from '../../server/connect.js';
import { startCodecServer } from '../codec-server.js';
import { readEncryptionKeys } from '../encryption-keys.js';
import { say } from '../say.js';
import { untilInterrupted } from '../server.js';

export interface CodecServerCommandOptions {
  readonly port: number;
  readonly origin?: string[] | undefined;
}

/** `vqi codec-server`: decrypts what runs keep on the server, for the Temporal CLI and the web UI, until it is stopped. */
export async function runCodecServerCommand({ port, origin }: CodecServerCommandOptions): Promise<void> {
  const keys = readEncryptionKeys();
  if (keys.isEmpty)
    throw new Error('there is no key: set VQI_ENCRYPTION_KEYS to the file of keys that the worker has');
  const origins = origin ?? ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${DEFAULT_UI_PORT}`);
  const authorization = process.env['TEMPORAL_CODEC_AUTH'];
  const server = await startCodecServer({
    ...{ keys, port, origins },
    authorization: authorization === '' ? undefined : authorization,
  });
  say(
    `codec server: ${server.address}, for pages of ${origins.join(', ')} and for temporal --codec-endpoint ${server.address}`,
  );
  await untilInterrupted();
  await server.stop();
}
