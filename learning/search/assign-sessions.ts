import { DatasetError } from '../../common/dataset-error.js';
import { deriveSeed } from '../../common/random.js';
import type { HeldOutPart } from '../../schemas/run-config.js';
import { assignGroups, divideGroups, type Fold, type GroupRows, type SplitShape } from './assign-groups.js';

/** Number of rows of one class in one session, with the session's group, which stays whole when parts are held out. */
export interface SessionRows extends GroupRows {
  readonly session: string;
}

/**
 * Divides sessions into the held-out part and the folds of the search, in whole groups. With `part`, the groups are
 * divided into `of` equal parts, independent of the folds, and one part is held out: over all parts, each session is
 * held out once. Folds consist of whole groups too, or of sessions if fewer groups than folds are left.
 *
 * @returns fold by session, -1 = held out
 * @throws DatasetError if there are fewer groups or sessions than parts
 */
export function assignSessions(
  rows: readonly SessionRows[],
  { part, ...shape }: SplitShape & { readonly part: HeldOutPart | null },
): Map<string, Fold> {
  return part === null
    ? ofSessions(rows, assignGroups(byGroup(rows), shape))
    : partAndFolds(rows, part, shape);
}

function partAndFolds(
  rows: readonly SessionRows[],
  { number, of }: HeldOutPart,
  { folds, seed }: SplitShape,
): Map<string, Fold> {
  const parts = divideEqually(byGroup(rows), of, deriveSeed(seed, 'parts'), 'parts to hold out in turn');
  const isHeldOut = ({ group }: SessionRows): boolean => parts.get(group) === number - 1;
  const rest = rows.filter((row) => !isHeldOut(row));
  const groups = new Set(rest.map(({ group }) => group)).size;
  const learnt = groups < folds ? rest.map((row) => ({ ...row, group: row.session })) : rest;
  return new Map([
    ...rows.filter(isHeldOut).map(({ session }): [string, Fold] => [session, -1]),
    ...ofSessions(learnt, divideEqually(byGroup(learnt), folds, seed, 'folds')),
  ]);
}

function ofSessions(rows: readonly SessionRows[], folds: ReadonlyMap<string, Fold>): Map<string, Fold> {
  return new Map(rows.map(({ session, group }) => [session, folds.get(group)!]));
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
