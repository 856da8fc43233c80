import type { ServerName } from '../../schemas/capture.js';

/** Bytes of a flow's beginning that are looked through; no hello in use is longer. */
export const MAX_HELLO_BYTES = 16_384;
/** Client packets with payload that are looked through before a flow counts as nameless. */
export const MAX_CLIENT_PACKETS = 16;

/** Why a hello gave no name. */
export interface HelloFault {
  readonly layer: 'tls' | 'quic';
  /**
   * `truncated`: the capture cut it. `incomplete`: its end never came. `malformed-hello`: its lengths contradict each
   * other. `undecryptable`: the keys that its connection id gives do not open it.
   */
  readonly kind: 'truncated' | 'incomplete' | 'malformed-hello' | 'undecryptable';
}

/** What the beginning of a flow came to. Neither name nor fault: it is no hello, or one without a name. */
export interface HelloOutcome {
  readonly name: Pick<ServerName, 'protocol' | 'version' | 'name' | 'hasEncryptedHello'> | null;
  readonly fault: HelloFault | null;
}

export const NOTHING: HelloOutcome = { name: null, fault: null };

/** No name, for this reason: one object for each, so that they are counted together. */
export function failed(layer: HelloFault['layer'], kind: HelloFault['kind']): HelloOutcome {
  const key = `${layer} ${kind}`;
  const known = FAILURES.get(key) ?? { name: null, fault: { layer, kind } };
  FAILURES.set(key, known);
  return known;
}

const FAILURES = new Map<string, HelloOutcome>();
