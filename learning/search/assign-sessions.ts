import { DatasetError } from '../../common/dataset-error.js';
import { deriveSeed } from '../../common/random.js';
import type { HeldOutPart, RunConfig } from '../../schemas/run-config.js';
import {
  assignGroups,
  divideGroups,
  type Fold,
  type GroupRows,
  type SessionRows,
  type SplitShape,
} from './assign-groups.js';
import { chooseFoldGroups, type GroupValue, type TriedGroups } from './fold-groups.js';

/** How sessions are divided. */
export interface SessionSplit {
  /** Fold by session, -1 = held out. */
  readonly folds: ReadonlyMap<string, Fold>;
  /** For each session that is not held out, the group that no fold separates. */
  readonly foldGroups: ReadonlyMap<string, string>;
  /** The kinds of groups that were tried for the folds; the last one is used. */
  readonly tried: readonly TriedGroups[];
}

/** Shares, folds and seed of a split, and its kinds of groups. */
export type SessionSplitShape = SplitShape & RunConfig['split'];

/**
 * Divides sessions into the held-out part and the folds of the search. The held-out part consists of whole groups. With
 * `part`, the groups are divided into `of` equal parts, independent of the folds, and one part is held out: over all
 * parts, each session is held out once. Folds consist of the groups that `chooseFoldGroups` chooses; there are fewer folds
 * than asked for if there are fewer groups.
 *
 * @param values sites, videos, homes and dates of the sessions
 * @throws DatasetError if there are fewer groups or sessions than parts
 */
export function assignSessions(
  rows: readonly SessionRows[],
  values: readonly GroupValue[],
  { part, by, foldsBy, ...shape }: SessionSplitShape,
): SessionSplit {
  const divided = part === null ? assignGroups(byGroup(rows), shape) : heldOutGroups(rows, part, shape.seed);
  const isHeldOut = ({ group }: SessionRows): boolean => divided.get(group) === -1;
  const rest = rows.filter((row) => !isHeldOut(row));
  const { groupOf, areSplitGroups, tried } = chooseFoldGroups(rest, values, { by, foldsBy }, shape.folds);
  const grouped = rest.map((row) => ({ ...row, group: groupOf.get(row.session)! }));
  const folds =
    part === null && areSplitGroups
      ? divided
      : divideEqually(byGroup(grouped), foldCount(groupOf, shape.folds), shape.seed, 'folds');
  return {
    folds: new Map([
      ...rows.filter(isHeldOut).map(({ session }): [string, Fold] => [session, -1]),
      ...grouped.map(({ session, group }): [string, Fold] => [session, folds.get(group)!]),
    ]),
    foldGroups: groupOf,
    tried,
  };
}

/** -1 for the groups of the part that is held out. */
function heldOutGroups(
  rows: readonly SessionRows[],
  { number, of }: HeldOutPart,
  seed: number,
): Map<string, Fold> {
  const parts = divideEqually(byGroup(rows), of, deriveSeed(seed, 'parts'), 'parts to hold out in turn');
  return new Map([...parts].map(([group, at]) => [group, at === number - 1 ? -1 : 0]));
}

/** As many folds as asked for, or as groups if there are fewer, but at least two. */
function foldCount(groupOf: ReadonlyMap<string, string>, folds: number): number {
  return Math.max(2, Math.min(folds, new Set(groupOf.values()).size));
}

function divideEqually(
  rows: readonly GroupRows[],
  count: number,
  seed: number,
  what: string,
): Map<string, Fold> {
  const groups = new Set(rows.map(({ group }) => group)).size;
  if (groups < count)
    throw new DatasetError(
      `${groups} groups cannot be divided into ${count} ${what}: ask for fewer, or give more sessions`,
    );
  return divideGroups(
    rows,
    Array.from({ length: count }, (_, fold) => ({ fold, share: 1 / count })),
    seed,
  );
}

function byGroup(rows: readonly SessionRows[]): GroupRows[] {
  const sums = new Map<string, GroupRows>();
  for (const { group, label, rows: count } of rows) {
    const key = JSON.stringify([group, label]);
    sums.set(key, { group, label, rows: (sums.get(key)?.rows ?? 0) + count });
  }
  return [...sums.values()];
}
