/** Origin of captures that were not recorded from a real player as they are; every result states it. */
export const DATA_ORIGINS = ['simulated', 'spliced'] as const;

export type DataOrigin = (typeof DATA_ORIGINS)[number];

/** Files that `vqi simulate` and `vqi splice` write into their folders; they mark the origin of the captures there. */
export const ORIGIN_FILES = {
  simulated: 'simulation.json',
  spliced: 'splicing.json',
} as const satisfies Readonly<Record<DataOrigin, string>>;

/** Origins whose flag is true, in a fixed order. */
export function originsOf(flags: Partial<Readonly<Record<DataOrigin, boolean>>>): DataOrigin[] {
  return DATA_ORIGINS.filter((origin) => flags[origin] === true);
}
