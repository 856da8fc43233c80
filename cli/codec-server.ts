import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import proto = require('@temporalio/proto');
import { VqiError } from '../common/vqi-error.js';
import { EncryptionCodec, type EncryptionKeys } from '../worker/encryption-codec.js';

const { Payloads } = proto.temporal.api.common.v1;
const HOST = '127.0.0.1';
const MOST_BYTES = 32 << 20;

export interface CodecServerOptions {
  readonly keys: EncryptionKeys;
  /** 0: a free one. */
  readonly port: number;
  /** Addresses of web UIs whose pages may ask, such as `http://127.0.0.1:8233`. */
  readonly origins: readonly string[];
  /** What requests must have as `Authorization`. */
  readonly authorization: string | undefined;
}

/** A request that is not answered, with its status. */
class RefusalError extends VqiError {
  override readonly name = 'RefusalError';
  override readonly retry = 'never';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Encrypts and decrypts payloads for Temporal's CLI and web UI, by their protocol: POST /encode and /decode. Listens on
 * 127.0.0.1 alone.
 */
export async function startCodecServer(
  options: CodecServerOptions,
): Promise<{ address: string; stop: () => Promise<void> }> {
  const codec = new EncryptionCodec(options.keys);
  const server = createServer((request, response) => {
    void answer(request, response, codec, options);
  });
  server.listen(options.port, HOST);
  await once(server, 'listening').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the codec server cannot listen on port ${options.port} (${reason}): choose another one with --port`,
    );
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://${HOST}:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  codec: EncryptionCodec,
  options: CodecServerOptions,
): Promise<void> {
  try {
    const { origin } = request.headers;
    if (origin !== undefined) {
      if (!options.origins.includes(origin))
        throw new RefusalError(403, `pages of ${origin} may not ask: start it with --origin ${origin}`);
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
      response.setHeader('access-control-allow-headers', 'content-type, x-namespace, authorization');
      response.setHeader('access-control-allow-private-network', 'true');
      response.setHeader('vary', 'origin');
    }
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const body = JSON.stringify(await converted(request, codec, options));
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  } catch (error) {
    const [status, message] =
      error instanceof RefusalError
        ? [error.status, error.message]
        : [400, error instanceof Error ? error.message : String(error)];
    response.writeHead(status, { 'content-type': 'text/plain' }).end(`${message}\n`);
  }
}

async function converted(
  request: IncomingMessage,
  codec: EncryptionCodec,
  { authorization }: CodecServerOptions,
): Promise<unknown> {
  // A page of another site can make its own name mean 127.0.0.1.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    throw new RefusalError(403, 'ask by the address 127.0.0.1');
  if (authorization !== undefined && request.headers.authorization !== authorization)
    throw new RefusalError(401, 'the Authorization is not that of TEMPORAL_CODEC_AUTH');
  const { pathname } = new URL(request.url ?? '/', 'http://codec');
  if (request.method !== 'POST' || !(pathname === '/encode' || pathname === '/decode'))
    throw new RefusalError(404, 'there are only POST /encode and POST /decode');
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    throw new RefusalError(415, 'the content must be application/json');
  const { payloads } = Payloads.fromObject(JSON.parse(await textOf(request)) as Record<string, unknown>);
  const done = await (pathname === '/encode' ? codec.encode(payloads) : codec.decode(payloads));
  // Only what is set: the Temporal CLI refuses fields that it does not know.
  return { payloads: [], ...Payloads.toObject(Payloads.create({ payloads: done }), { bytes: String }) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new RefusalError(413, `more than ${MOST_BYTES >> 20} MiB`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
