import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';

/** Files of a private authority, and of a server and a client that it knows. */
export interface Certificates {
  readonly ca: string;
  readonly server: { cert: string; key: string };
  readonly client: { cert: string; key: string };
}

/** Makes certificates with openssl. @param serverName the name in that of the server */
export function makeCertificates(folder: string, serverName: string): Certificates {
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=test authority',
  );
  const signed = (name: string, extensions: string): { cert: string; key: string } => {
    writeFileSync(file(`${name}.ext`), `basicConstraints=CA:FALSE\n${extensions}\n`);
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const issued = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...issued,
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
    return { cert: file(`${name}.pem`), key: file(`${name}.key`) };
  };
  return {
    ca: file('ca.pem'),
    server: signed('server', `subjectAltName=DNS:${serverName}`),
    client: signed('client', 'extendedKeyUsage=clientAuth'),
  };
}

/** TLS in front of a server without it, for clients with a certificate of the authority. */
export async function tlsProxy(
  target: string,
  { ca, server }: Certificates,
): Promise<{ address: string; close: () => void }> {
  const [host, port] = target.split(':');
  const listener = createServer(
    {
      ...{ ca: readFileSync(ca), cert: readFileSync(server.cert), key: readFileSync(server.key) },
      ...{ requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] },
    },
    (socket) => {
      const plain = connect(Number(port), host);
      for (const [one, other] of [
        [socket, plain],
        [plain, socket],
      ] as const) {
        one.on('error', () => other.destroy());
        one.pipe(other);
      }
    },
  );
  listener.on('tlsClientError', () => undefined);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return { address: `127.0.0.1:${(listener.address() as AddressInfo).port}`, close: () => listener.close() };
}
