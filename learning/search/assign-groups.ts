import { DatasetError } from '../../common/dataset-error.js';
import { createRandom, deriveSeed } from '../../common/random.js';

/** Number of rows of one class in one group; the rows of a group must stay together. */
export interface GroupRows {
  readonly group: string;
  readonly label: number;
  readonly rows: number;
}

/** Number of rows of one class in one session, with the session's group, which stays whole when parts are held out. */
export interface SessionRows extends GroupRows {
  readonly session: string;
}

export interface SplitShape {
  /** Share of the rows that no trial sees. */
  readonly holdoutShare: number;
  /** Number of folds of equal size for the rest. */
  readonly folds: number;
  readonly seed: number;
}

/** Side of a split: -1 held out, 0, 1, … the folds. */
export type Fold = number;

/**
 * Divides groups among a held-out part and the folds. The only group of a class is never held out, since no model could
 * learn that class.
 *
 * @returns fold by group
 * @throws DatasetError if there are fewer groups than parts
 */
export function assignGroups(
  rows: readonly GroupRows[],
  { holdoutShare, folds, seed }: SplitShape,
): Map<string, Fold> {
  const groups = new Set(rows.map(({ group }) => group)).size;
  if (groups < folds + 1) {
    throw new DatasetError(
      `${groups} groups cannot be divided into ${folds} folds and a held-out part: give more sessions, a smaller search.folds, or another split.by`,
    );
  }
  const share = (1 - holdoutShare) / folds;
  const parts = [
    ...Array.from({ length: folds }, (_, fold) => ({ fold, share })),
    { fold: -1, share: holdoutShare },
  ];
  return divideGroups(rows, parts, seed);
}

/**
 * Divides groups among parts, so that each part has its share of every class's rows as far as whole groups allow.
 * Greedy: the largest group first, each to the part where the sum of (rows² / wanted rows) grows least (like
 * scikit-learn's StratifiedGroupKFold, but for parts of unequal size). Groups of similar size are shuffled by the
 * seed. No part is empty.
 *
 * @returns fold by group
 */
export function divideGroups(
  rows: readonly GroupRows[],
  wanted: readonly { readonly fold: Fold; readonly share: number }[],
  seed: number,
): Map<string, Fold> {
  const labels = [...new Set(rows.map(({ label }) => label))].sort((a, b) => a - b);
  const totals = labels.map((label) => sum(rows.filter((row) => row.label === label)));
  const groupsOf = labels.map((label) => rows.filter((row) => row.label === label).length);
  const groups = shapedGroups(rows, labels, totals);
  const parts = wanted.map(({ fold, share }) => ({
    fold,
    share,
    /** Share of each class's rows. */
    loads: labels.map(() => 0),
    groups: 0,
  }));
  const assigned = new Map<string, Fold>();
  for (const [at, { group, shares }] of ordered(groups, seed).entries()) {
    const isOnlyOne = shares.some((share, label) => share > 0 && groupsOf[label] === 1);
    const allowed = isOnlyOne ? parts.filter(({ fold }) => fold !== -1) : parts;
    const empty = allowed.filter((part) => part.groups === 0);
    const isLastCall = groups.length - at <= parts.filter((part) => part.groups === 0).length;
    const [best] = (isLastCall && empty.length > 0 ? empty : allowed)
      .map((part) => ({ part, cost: growth(part, shares) }))
      .sort((a, b) => a.cost - b.cost || urgency(b.part, shares) - urgency(a.part, shares));
    if (best === undefined) throw new RangeError('a split has at least one fold');
    best.part.groups += 1;
    for (const [label, share] of shares.entries())
      best.part.loads[label] = (best.part.loads[label] ?? 0) + share;
    assigned.set(group, best.part.fold);
  }
  return assigned;
}

interface ShapedGroup {
  readonly group: string;
  /** Share of each class's rows that are in the group. */
  readonly shares: readonly number[];
}

function shapedGroups(
  rows: readonly GroupRows[],
  labels: readonly number[],
  totals: readonly number[],
): ShapedGroup[] {
  const shares = new Map<string, number[]>();
  for (const { group, label, rows: count } of rows) {
    const ofGroup = shares.get(group) ?? labels.map(() => 0);
    const at = labels.indexOf(label);
    ofGroup[at] = (ofGroup[at] ?? 0) + count / (totals[at] ?? 1);
    shares.set(group, ofGroup);
  }
  return [...shares].map(([group, ofGroup]) => ({ group, shares: ofGroup }));
}

/** Largest first by powers of two; shuffled within a power. */
function ordered(groups: readonly ShapedGroup[], seed: number): ShapedGroup[] {
  const byName = [...groups].sort((a, b) => (a.group < b.group ? -1 : 1));
  const size = ({ shares }: ShapedGroup): number => Math.floor(Math.log2(Math.max(...shares)));
  return createRandom(deriveSeed(seed, 'splits'))
    .shuffle(byName)
    .sort((a, b) => size(b) - size(a));
}

/** Breaks ties between parts: the held-out part first if it lacks a class of the group, else the folds first. */
function urgency(
  { fold, loads }: { readonly fold: Fold; readonly loads: readonly number[] },
  added: readonly number[],
): number {
  if (fold !== -1) return 0;
  return added.some((share, label) => share > 0 && loads[label] === 0) ? 1 : -1;
}

/** Growth of sum(load² / share); the wanted load of a part is its share, for every class. */
function growth(
  { share, loads }: { readonly share: number; readonly loads: readonly number[] },
  added: readonly number[],
): number {
  return added.reduce((grown, more, label) => grown + ((2 * (loads[label] ?? 0) + more) * more) / share, 0);
}

function sum(rows: readonly GroupRows[]): number {
  return rows.reduce((total, row) => total + row.rows, 0);
}
