import type { ServerName } from '../../schemas/capture.js';

/** Bytes at the beginning of a flow that are searched; no hello in use is longer. */
export const MAX_HELLO_BYTES = 16_384;
/** Client packets with payload that are searched before a flow counts as nameless. */
export const MAX_CLIENT_PACKETS = 16;

/** Why a hello gave no server name. */
interface HelloFault {
  readonly layer: 'tls' | 'quic';
  /**
   * `truncated`: the capture cut it. `incomplete`: the rest of it is missing. `malformed-hello`: its lengths
   * contradict each other. `undecryptable`: the keys from its connection id do not decrypt it. `unknown-version`:
   * a first packet of QUIC whose version is not read here.
   */
  readonly kind: 'truncated' | 'incomplete' | 'malformed-hello' | 'undecryptable' | 'unknown-version';
}

/**
 * Result of reading the beginning of a flow. Without name and fault, it is not a hello, or a hello without a server
 * name.
 */
export interface HelloOutcome {
  readonly name: Pick<ServerName, 'protocol' | 'version' | 'name' | 'hasEncryptedHello'> | null;
  readonly fault: HelloFault | null;
}

export const NOTHING: HelloOutcome = { name: null, fault: null };

/**
 * An outcome without a name, for this reason. There is one object per reason, so that faults are counted together.
 */
export function failed(layer: HelloFault['layer'], kind: HelloFault['kind']): HelloOutcome {
  const key = `${layer} ${kind}`;
  const known = FAILURES.get(key) ?? { name: null, fault: { layer, kind } };
  FAILURES.set(key, known);
  return known;
}

const FAILURES = new Map<string, HelloOutcome>();
