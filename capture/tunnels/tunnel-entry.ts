import type { Fault } from '../layers/faults.js';

/**
 * Result of looking for a packet inside a tunnel: null if `etherType` and `networkOffset` of the packet now refer
 * to the inner IP header, {@link NOT_A_TUNNEL}, or the fault that prevents reading the inner packet.
 */
export type TunnelEntry = Fault | null;

/** The port is a tunnel's, but the data after it is not a tunnel header, or contains no packet. Never counted. */
export const NOT_A_TUNNEL: Fault = { layer: 'tunnel', kind: 'none' };
