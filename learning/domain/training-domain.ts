import { z } from 'zod';
import { base64Numbers, numbersToBase64 } from '../fitting/base64-numbers.js';
import type { FeatureMatrix } from '../fitting/feature-matrix.js';

/** Ranks run from 0 to this. A missing value, and one far outside the range of the training, is as far from any other. */
const HIGHEST_RANK = 200;
const NULL_RANK = 255;
const OUTSIDE_RANK = 254;
const NEIGHBOURS = 5;
const MOST_REFERENCES = 1200;
const MOST_PROBE_SESSIONS = 150;
const MOST_PROBES = 1500;
/** A window's distance may be this much larger than those of held-out training windows; a session's mean, that much. */
const WINDOW_SLACK = 1.25;
const SESSION_SLACK = 1.1;
/** Quantile of the distances of held-out windows and sessions. */
const USUAL = 0.99;

/**
 * What the training windows look like, to notice windows that are unlike them: the distance of a window is that to its
 * fifth nearest reference (Ramaswamy, Rastogi and Shim, "Efficient algorithms for mining outliers", 2000), the mean over
 * the features of the difference in rank among the training windows, between 0 and 1. A value counts as 1 that is
 * missing on one side only, or that is outside the range of the training by more than the width of that range.
 */
export const trainingDomainSchema = z.strictObject({
  kind: z.literal('neighbours'),
  version: z.literal(1),
  /** By feature: values that divide the training windows into parts of equal size, ascending. */
  borders: z.array(z.array(z.number())),
  /** Ranks of the references, rows x features, row-major, base64. */
  references: z.string(),
  /** Largest distance of a window, and largest mean distance of a session's windows, that are not unusual. */
  windowLimit: z.number().positive(),
  sessionLimit: z.number().positive(),
  /** Services of the training sessions; empty if they are not known. */
  services: z.array(z.string()),
});

export type TrainingDomain = z.infer<typeof trainingDomainSchema>;

/** Training windows with the fold and session of each. */
export interface DomainRows {
  readonly features: FeatureMatrix;
  readonly folds: Int32Array;
  readonly groups: Int32Array;
  readonly services: readonly string[];
  /** 1: a row of a spliced session, which is a reference, but sets no limit. */
  readonly spliced: Uint8Array;
}

/**
 * Learns the domain of training rows. Its limits are distances of folds to the rest: of groups that are held out whole.
 * Null with fewer than two folds, or without features. O(probes x references x features).
 */
export function fitDomain({ features, folds, groups, services, spliced }: DomainRows): TrainingDomain | null {
  const parts = [...new Set(folds)].filter((fold) => fold >= 0);
  if (parts.length < 2 || features.columns === 0) return null;
  const borders = Array.from({ length: features.columns }, (_, column) => bordersOf(features, column));
  const ranks = ranksOf(features, borders);
  const rows = [...folds.keys()];
  const probes = probesOf(
    rows.filter((row) => spliced[row] === 0),
    groups,
  );
  const distances = new Map<number, number>();
  for (const part of parts) {
    const others = thinned(
      rows.filter((row) => folds[row] !== part),
      MOST_REFERENCES,
    );
    for (const row of probes)
      if (folds[row] === part) distances.set(row, distanceTo(ranks, row, ranks, others, features.columns));
  }
  const bySession = grouped([...distances.keys()], groups).map((of) =>
    mean(of.map((row) => distances.get(row)!)),
  );
  const references = thinned(rows, MOST_REFERENCES);
  const kept = new Uint8Array(references.length * features.columns);
  references.forEach((row, at) =>
    kept.set(ranks.subarray(row * features.columns, (row + 1) * features.columns), at * features.columns),
  );
  return {
    kind: 'neighbours',
    version: 1,
    borders,
    references: numbersToBase64(kept),
    windowLimit: limitOf([...distances.values()], WINDOW_SLACK),
    sessionLimit: limitOf(bySession, SESSION_SLACK),
    services: [...new Set(services)].filter((name) => name !== '').sort(),
  };
}

/** Distances of rows to the domain. */
export function domainDistances(
  { borders, references }: TrainingDomain,
  features: FeatureMatrix,
): Float64Array {
  const known = base64Numbers('u8').parse(references);
  const all = Array.from({ length: known.length / Math.max(1, features.columns) }, (_, row) => row);
  const ranks = ranksOf(features, borders);
  return Float64Array.from({ length: features.rows }, (_, row) =>
    distanceTo(ranks, row, known, all, features.columns),
  );
}

/** Windows of up to 150 sessions, as many of each, evenly over its time. */
function probesOf(rows: readonly number[], groups: Int32Array): number[] {
  const sessions = thinned(grouped(rows, groups), MOST_PROBE_SESSIONS);
  const each = Math.ceil(MOST_PROBES / Math.max(1, sessions.length));
  return sessions.flatMap((of) => thinned(of, each));
}

/** The rows of each group. */
function grouped(rows: readonly number[], groups: Int32Array): number[][] {
  const byGroup = new Map<number, number[]>();
  for (const row of rows) {
    const known = byGroup.get(groups[row]!);
    if (known) known.push(row);
    else byGroup.set(groups[row]!, [row]);
  }
  return [...byGroup.values()];
}

/** Up to HIGHEST_RANK values of a column that divide its rows into equal parts. */
function bordersOf({ values, rows, columns }: FeatureMatrix, column: number): number[] {
  const sorted = Float64Array.from(
    Array.from({ length: rows }, (_, row) => values[row * columns + column]!).filter(
      (value) => !Number.isNaN(value),
    ),
  ).sort();
  const count = Math.min(HIGHEST_RANK, sorted.length);
  return Array.from(
    { length: count },
    (_, part) => sorted[Math.floor(((part + 0.5) * sorted.length) / count)]!,
  );
}

/** Rank of each value among the borders, the middle of the ranks of equal ones, from 0 to HIGHEST_RANK. */
function ranksOf(
  { values, rows, columns }: FeatureMatrix,
  borders: readonly (readonly number[])[],
): Uint8Array {
  const ranks = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      ranks[row * columns + column] = rankOf(values[row * columns + column]!, borders[column]!);
  return ranks;
}

function rankOf(value: number, borders: readonly number[]): number {
  if (Number.isNaN(value)) return NULL_RANK;
  const [least, most] = [borders[0], borders.at(-1)];
  // A column without values in training says nothing of the range; in one with a single value, nothing is far outside.
  if (least === undefined || most === undefined) return OUTSIDE_RANK;
  const width = most - least;
  if (width > 0 && (value > most + width || value < least - width)) return OUTSIDE_RANK;
  return Math.round(
    (HIGHEST_RANK * (below(borders, value, false) + below(borders, value, true))) / (2 * borders.length),
  );
}

/** Number of borders below a value, or up to it. */
function below(borders: readonly number[], value: number, andEqual: boolean): number {
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (borders[middle]! < value || (andEqual && borders[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Mean difference in rank to the fifth nearest of the references, 0 to 1. */
function distanceTo(
  ranks: Uint8Array,
  row: number,
  known: Uint8Array,
  references: readonly number[],
  columns: number,
): number {
  const nearest = new Float64Array(NEIGHBOURS).fill(Infinity);
  for (const reference of references) {
    let sum = 0;
    const limit = nearest[NEIGHBOURS - 1]!;
    for (let column = 0; column < columns && sum < limit; column++) {
      const one = ranks[row * columns + column]!;
      const other = known[reference * columns + column]!;
      if (one === other) continue;
      sum += Math.max(one, other) > HIGHEST_RANK ? HIGHEST_RANK : Math.abs(one - other);
    }
    if (sum >= limit) continue;
    let at = NEIGHBOURS - 1;
    for (; at > 0 && nearest[at - 1]! > sum; at--) nearest[at] = nearest[at - 1]!;
    nearest[at] = sum;
  }
  const farthest = nearest.findLast(Number.isFinite) ?? HIGHEST_RANK * columns;
  return farthest / (HIGHEST_RANK * columns);
}

function limitOf(distances: number[], slack: number): number {
  const sorted = distances.sort((left, right) => left - right);
  const usual = sorted[Math.min(sorted.length - 1, Math.floor(USUAL * sorted.length))] ?? 1;
  return Math.min(1, Math.max(usual * slack, 1e-6));
}

/** At most so many items, evenly from all. */
function thinned<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, at) => items[Math.floor((at * items.length) / most)]!);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
