import { existsSync, readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { loadClientConfigProfile, toClientOptions, type ClientConfigProfile } from '@temporalio/envconfig';
import { DEFAULT_NAMESPACE, ServerAccess } from '../server/server-access.js';

/** Without an address, these would be ignored in silence. */
const NEED_ADDRESS = [
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_API_KEY_FILE',
  'TEMPORAL_TLS',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_NAME',
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
];

type Environment = Readonly<Record<string, string>>;

/**
 * How to reach the Temporal server that the user runs, from the variables of Temporal's own CLI and, if TEMPORAL_PROFILE or
 * TEMPORAL_CONFIG_FILE is set, a profile of its file. Undefined: none is named.
 * @throws Error with the variable, the cause and the next step; it never contains a key
 */
export function readTemporalAccess(given: NodeJS.ProcessEnv = process.env): ServerAccess | undefined {
  // Shells and container files unset a variable by an empty value.
  const env: Environment = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
  requireKnownValues(env);
  const profile = profileOf(env);
  const key = apiKeyOf(env, profile);
  const { address, namespace = DEFAULT_NAMESPACE } = profile;
  if (address === undefined) {
    const useless = NEED_ADDRESS.filter(
      (name) =>
        env[name] !== undefined && !(name === 'TEMPORAL_NAMESPACE' && namespace === DEFAULT_NAMESPACE),
    );
    if (useless.length === 0) return undefined;
    throw new Error(
      `${useless.join(', ')} is set, but no address of a Temporal server: set TEMPORAL_ADDRESS too, or unset it to start a server here`,
    );
  }
  const { connectionOptions } = toClientOptions({
    ...profile,
    ...(key === undefined ? {} : { apiKey: key }),
    ...(profile.tls === undefined ? {} : { tls: readable(profile.tls) }),
  });
  const { tls, metadata } = connectionOptions;
  const givenBy =
    env['TEMPORAL_ADDRESS'] === undefined
      ? `profile ${env['TEMPORAL_PROFILE'] ?? 'default'} of the configuration file`
      : 'TEMPORAL_ADDRESS';
  return new ServerAccess(address, namespace, givenBy, {
    tls,
    apiKey: key,
    metadata: metadata as Record<string, string> | undefined,
  });
}

function requireKnownValues(env: Environment): void {
  const tls = env['TEMPORAL_TLS'];
  if (tls !== undefined && !['true', 'false', '1', '0'].includes(tls))
    throw new Error(`TEMPORAL_TLS must be true or false, not ${tls}`);
  const unverified = env['TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'];
  if (unverified !== undefined && !['false', '0'].includes(unverified))
    throw new Error(
      'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION cannot be used: servers are always verified; unset it, and name the authority of the certificate with TEMPORAL_TLS_SERVER_CA_CERT_PATH and its name with TEMPORAL_TLS_SERVER_NAME',
    );
}

function profileOf(env: Environment): ClientConfigProfile {
  const file = env['TEMPORAL_CONFIG_FILE'];
  // Only a file that is asked for: that of the user's own CLI may name another server.
  const disableFile = file === undefined && env['TEMPORAL_PROFILE'] === undefined;
  if (file !== undefined && !existsSync(file))
    throw new Error(`TEMPORAL_CONFIG_FILE: ${file}: no such file; correct or unset it`);
  let reason: string;
  try {
    return loadClientConfigProfile({ overrideEnvVars: env, disableFile, configFileStrict: true });
  } catch (error) {
    // Below its first line, a fault of TOML quotes the file, which may have a key; so it is no cause either.
    [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  }
  throw new Error(
    `the configuration file of Temporal${file === undefined ? '' : `, ${file}`}, cannot be used: ${reason}; correct it, TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE`,
  );
}

function apiKeyOf(env: Environment, { apiKey }: ClientConfigProfile): string | undefined {
  const file = env['TEMPORAL_API_KEY_FILE'];
  if (file !== undefined && env['TEMPORAL_API_KEY'] !== undefined)
    throw new Error('TEMPORAL_API_KEY and TEMPORAL_API_KEY_FILE are both set: unset one of them');
  const [key, name] =
    file === undefined
      ? [apiKey, 'TEMPORAL_API_KEY']
      : [readNamed('TEMPORAL_API_KEY_FILE', file).toString('utf8').trim(), `TEMPORAL_API_KEY_FILE: ${file}`];
  // A library's own error would quote the header.
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key))
    throw new Error(
      `${name}: an API key is one line of letters, digits and signs, without spaces; correct it`,
    );
  return key;
}

/** The same settings, after each file was found to be readable and what it should be. */
function readable(tls: NonNullable<ClientConfigProfile['tls']>): NonNullable<ClientConfigProfile['tls']> {
  if (tls.disabled === true) return tls;
  const contentOf = (source: typeof tls.clientCert, name: string): Buffer | undefined =>
    source === undefined
      ? undefined
      : 'path' in source
        ? readNamed(`${name}_PATH`, source.path)
        : Buffer.from(source.data);
  const ca = contentOf(tls.serverCACert, 'TEMPORAL_TLS_SERVER_CA_CERT');
  const cert = contentOf(tls.clientCert, 'TEMPORAL_TLS_CLIENT_CERT');
  const key = contentOf(tls.clientKey, 'TEMPORAL_TLS_CLIENT_KEY');
  if ((cert === undefined) !== (key === undefined)) {
    const [has, lacks] = cert === undefined ? ['KEY', 'CERT'] : ['CERT', 'KEY'];
    throw new Error(
      `TEMPORAL_TLS_CLIENT_${has}_PATH is set, but not TEMPORAL_TLS_CLIENT_${lacks}_PATH: a client certificate needs both`,
    );
  }
  requirePem(ca === undefined ? {} : { ca }, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH');
  requirePem(cert === undefined ? {} : { cert }, 'TEMPORAL_TLS_CLIENT_CERT_PATH');
  requirePem(key === undefined ? {} : { key }, 'TEMPORAL_TLS_CLIENT_KEY_PATH');
  if (cert !== undefined && key !== undefined)
    requirePem({ cert, key }, 'TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH');
  return tls;
}

function requirePem(content: { ca?: Buffer; cert?: Buffer; key?: Buffer }, name: string): void {
  try {
    if (content.ca?.includes('-----BEGIN CERTIFICATE-----') === false)
      throw new Error('it has no certificate');
    createSecureContext(content);
  } catch (error) {
    const { reason, message } = error as Error & { reason?: string };
    throw new Error(`${name} cannot be used: ${reason ?? message}; give PEM files that belong together`, {
      cause: error,
    });
  }
}

function readNamed(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'no such file' : message;
    throw new Error(`${name}: ${path}: ${reason}; correct or unset it`, { cause: error });
  }
}
