import type { Fault } from '../layers/faults.js';

/**
 * What looking for a tunnel's inside came to: null where `etherType` and `networkOffset` of the packet now stand for
 * the inner IP header, {@link NOT_A_TUNNEL}, or the fault that keeps the inside unread.
 */
export type TunnelEntry = Fault | null;

/** The port is a tunnel's, but what follows is not its header, or carries no packet. Never counted. */
export const NOT_A_TUNNEL: Fault = { layer: 'tunnel', kind: 'none' };
