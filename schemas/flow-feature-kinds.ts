/** Representations of a flow, named as in the netml library. */
export const FLOW_FEATURE_KINDS = ['IAT', 'SIZE', 'IAT_SIZE', 'STATS', 'SAMP_NUM', 'SAMP_SIZE'] as const;

/**
 * `IAT`: seconds between consecutive packets. `SIZE`: captured bytes of each packet. `IAT_SIZE`: both alternately, gap
 * first, the last packet's size at the end. `STATS`: the twelve of STATS_COLUMNS (`schemas/flow-features.ts`).
 * `SAMP_NUM`, `SAMP_SIZE`: packets and bytes per sampling interval.
 */
export type FlowFeatureKind = (typeof FLOW_FEATURE_KINDS)[number];
