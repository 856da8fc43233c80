/** How captures came about that no player made on its network as they are; every result says so. */
export type DataOrigin = 'simulated' | 'spliced';

/** Files that `vqi simulate` and `vqi splice` leave in their folders: what is read from there is of that origin. */
export const ORIGIN_FILES = {
  simulated: 'simulation.json',
  spliced: 'splicing.json',
} as const satisfies Readonly<Record<DataOrigin, string>>;

/** Origins by the flags that have their names, in a fixed order. */
export function originsOf(flags: Partial<Readonly<Record<DataOrigin, boolean>>>): DataOrigin[] {
  return (['simulated', 'spliced'] as const).filter((origin) => flags[origin] === true);
}
