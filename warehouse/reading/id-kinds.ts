/** What ids of the warehouse name. */
export const ID_KINDS = ['runs', 'models', 'sessions'] as const;

export type IdKind = (typeof ID_KINDS)[number];
