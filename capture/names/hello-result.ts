import { failed, NOTHING, type HelloOutcome } from './hello-outcome.js';
import type { ClientHello } from './tls-client-hello.js';

/** TLS versions by their number on the wire. */
const TLS_VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0300, 'SSL 3.0'],
  [0x0301, 'TLS 1.0'],
  [0x0302, 'TLS 1.1'],
  [0x0303, 'TLS 1.2'],
  [0x0304, 'TLS 1.3'],
]);

/**
 * Converts a ClientHello to an outcome. A name counts even if the rest of the hello is missing or damaged.
 *
 * @param quicVersion the QUIC version if the hello came in QUIC, else null
 * @param missing the kind of fault if the hello is not complete and no name was read
 */
export function helloResult(
  hello: ClientHello,
  quicVersion: string | null,
  missing: 'truncated' | 'incomplete',
): HelloOutcome {
  const { state, serverName, version, hasEncryptedHello } = hello;
  const protocol = quicVersion === null ? 'tls' : 'quic';
  if (serverName !== null) {
    return {
      name: {
        protocol,
        version: quicVersion ?? TLS_VERSIONS.get(version) ?? `0x${version.toString(16)}`,
        name: serverName,
        hasEncryptedHello,
      },
      fault: null,
    };
  }
  switch (state) {
    case 'whole':
    case 'other':
      return NOTHING;
    case 'incomplete':
      return failed(protocol, missing);
    case 'malformed':
      return failed(protocol, 'malformed-hello');
  }
}
