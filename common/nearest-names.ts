import leven from 'leven';

/** Most names that are offered instead of a wrong one. */
const MOST_OFFERED = 3;
/** Share of the letters that may differ. */
const FARTHEST = 0.4;

/** The names that are most like a name that does not exist, the nearest first; none if none is like it. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_.-]/g, '');
  const given = plain(wanted);
  return names
    .map((name) => {
      const each = plain(name);
      const changes = leven(given, each);
      const isPart = given.length > 2 && each.length > 2 && (each.includes(given) || given.includes(each));
      return { name, changes, share: isPart ? 0 : changes / Math.max(given.length, each.length, 1) };
    })
    .filter(({ share }) => share <= FARTHEST)
    .sort((a, b) => a.share - b.share || a.changes - b.changes)
    .slice(0, MOST_OFFERED)
    .map(({ name }) => name);
}
