import { once } from 'node:events';
import { connect as connectPlain, isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls, type ConnectionOptions as TlsOptions, type TLSSocket } from 'node:tls';
import type { ServerAccess } from './server-access.js';

/** Why a server cannot be used, and what to do. */
export interface ServerFault {
  readonly reason: string;
  readonly next: string;
}

const PROBE_MS = 3000;
const DEFAULT_PORT = 7233;
/** Numbers of gRPC. */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/**
 * Explains why `checkServer` failed. The SDK's own error of a connection says only that a time was over; so this connects once
 * more, without gRPC, to learn the reason.
 */
export async function serverFault(error: unknown, access: ServerAccess): Promise<ServerFault> {
  return answerFault(error, access) ?? (await connectionFault(access)) ?? unexplained(error);
}

function unexplained(error: unknown): ServerFault {
  return {
    reason: error instanceof Error ? error.message : String(error),
    next: 'start it, correct the address (host:port), or unset TEMPORAL_ADDRESS to start a server here',
  };
}

/** What the server itself answered. */
function answerFault(error: unknown, { namespace, connectOptions }: ServerAccess): ServerFault | null {
  const code = codeIn(error);
  if (code === NOT_FOUND)
    return {
      reason: `it has no namespace "${namespace}"`,
      next: `create it (temporal operator namespace create --namespace ${namespace} --retention 90d), or set TEMPORAL_NAMESPACE to one that it has`,
    };
  if (code !== PERMISSION_DENIED && code !== UNAUTHENTICATED) return null;
  return connectOptions.apiKey === undefined
    ? {
        reason: `it refuses access to namespace "${namespace}" without an API key, or with this client certificate`,
        next: 'set TEMPORAL_API_KEY or TEMPORAL_API_KEY_FILE, or correct TEMPORAL_NAMESPACE',
      }
    : {
        reason: `it refuses the API key for namespace "${namespace}"`,
        next: 'correct TEMPORAL_API_KEY (or TEMPORAL_API_KEY_FILE) or TEMPORAL_NAMESPACE; the key may have expired',
      };
}

/** The number of a gRPC status, or that of the error that caused this one. */
function codeIn(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as { code?: unknown };
  return typeof code === 'number' ? code : codeIn(error.cause);
}

/** Null: a connection can be made. */
async function connectionFault({ address, connectOptions }: ServerAccess): Promise<ServerFault | null> {
  const { hostname, port } = new URL(`http://${address}`);
  const to = { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? DEFAULT_PORT : Number(port) };
  const { tls, apiKey } = connectOptions;
  const reached = await outcomeOf(connectPlain(to), 'connect');
  if (reached !== 'connected') return { ...unexplained(null), reason: textOf(reached) };
  if (tls === undefined || tls === false || tls === null) {
    if (apiKey !== undefined && tls === undefined) return await tlsFault(to, {});
    const outcome = await handshake({ ...to, servername: '', rejectUnauthorized: false });
    return outcome === 'connected' || isAlert(outcome)
      ? { reason: 'it expects TLS', next: 'set TEMPORAL_TLS=true' }
      : null;
  }
  return await tlsFault(to, tls === true ? {} : tls);
}

async function tlsFault(
  to: { host: string; port: number },
  {
    serverNameOverride,
    serverRootCACertificate,
    clientCertPair,
  }: {
    serverNameOverride?: string | undefined;
    serverRootCACertificate?: Uint8Array | undefined;
    clientCertPair?: { crt: Uint8Array; key: Uint8Array } | null | undefined;
  },
): Promise<ServerFault | null> {
  const outcome = await handshake({
    ...to,
    // TLS has no names that are addresses.
    servername: serverNameOverride ?? (isIP(to.host) === 0 ? to.host : ''),
    ...(serverRootCACertificate === undefined ? {} : { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair == null
      ? {}
      : { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  });
  if (outcome === 'connected') return null;
  const reason = textOf(outcome);
  const code = outcome === null ? '' : (outcome.code ?? '');
  if (isAlert(outcome))
    return clientCertPair == null
      ? {
          reason: `it refuses a client without a certificate (${reason})`,
          next: 'set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH',
        }
      : {
          reason: `it refuses the client certificate (${reason})`,
          next: 'set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH to one that the server accepts',
        };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return {
      reason: `its certificate is for another name (${namesIn(outcome)})`,
      next: 'correct the address, or set TEMPORAL_TLS_SERVER_NAME to the name in the certificate',
    };
  if (/^(UNABLE_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|INVALID_CA|HOSTNAME_)/.test(code))
    return {
      reason: `its certificate is not trusted (${reason})`,
      next: 'set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the certificate of the authority that signed it',
    };
  if (/^(EPROTO|ERR_SSL_|ECONNRESET)/.test(code))
    return {
      reason: `it does not speak TLS (${reason})`,
      next: 'correct the address, or set TEMPORAL_TLS=false',
    };
  return { ...unexplained(null), reason };
}

type Outcome = 'connected' | NodeJS.ErrnoException | null;

/** With TLS 1.3 a server refuses a client after the handshake; a server of HTTP/2 speaks first. */
async function handshake(options: TlsOptions & { host: string; port: number }): Promise<Outcome> {
  const socket: TLSSocket = connectTls({ ...options, ALPNProtocols: ['h2'] });
  let isSecure = false as boolean;
  socket.once('secureConnect', () => (isSecure = true));
  const outcome = await outcomeOf(socket, 'data');
  if (!isSecure || outcome === 'connected' || isAlert(outcome)) return outcome;
  return outcome === null
    ? 'connected'
    : Object.assign(new Error('it closed the connection after the handshake'), { code: 'ALERT' });
}

/** Null: neither the event nor an error came in time. */
async function outcomeOf(socket: NodeJS.EventEmitter & { destroy(): void }, event: string): Promise<Outcome> {
  const late = new AbortController();
  try {
    return await Promise.race([
      once(socket, event, { signal: late.signal }).then(
        () => 'connected' as const,
        (error: unknown) => error as NodeJS.ErrnoException,
      ),
      once(socket, 'close', { signal: late.signal }).then(
        () => Object.assign(new Error('it closed the connection'), { code: 'ECONNRESET' }),
        (error: unknown) => error as NodeJS.ErrnoException,
      ),
      delay(PROBE_MS, null, { signal: late.signal }).catch(() => null),
    ]);
  } finally {
    late.abort();
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

function namesIn(outcome: Outcome): string {
  const { cert } = outcome as { cert?: { subjectaltname?: string } };
  return cert?.subjectaltname ?? 'it names none';
}

function isAlert(outcome: Outcome): boolean {
  return outcome !== null && outcome !== 'connected' && /ALERT/.test(outcome.code ?? '');
}

function textOf(outcome: Exclude<Outcome, 'connected'>): string {
  if (outcome === null) return `no answer within ${PROBE_MS / 1000} s`;
  // OpenSSL's own text has numbers of its source files.
  return (outcome as { reason?: string }).reason ?? outcome.message;
}
