import { createRandom, type Random } from '../../common/random.js';

/** The rows of each class, in order. */
export function rowsByClass(labels: Int32Array, classCount: number): number[][] {
  const rows: number[][] = Array.from({ length: classCount }, () => []);
  labels.forEach((label, row) => rows[label]!.push(row));
  return rows;
}

/**
 * Row numbers, ascending, of a sample without replacement that keeps the classes' shares: `cap` rows, or all rows if
 * there are no more. Every class with rows keeps at least one if `cap` allows.
 */
export function stratifiedSample(
  labels: Int32Array,
  classCount: number,
  cap: number,
  seed: number,
): Int32Array {
  if (labels.length <= cap) return Int32Array.from(labels.keys());
  const random = createRandom(seed);
  const strata = rowsByClass(labels, classCount).filter((rows) => rows.length > 0);
  const quotas = apportion(
    strata.map((rows) => rows.length),
    cap,
  );
  return Int32Array.from(
    strata.flatMap((rows, index) => random.shuffle(rows).slice(0, quotas[index])),
  ).sort();
}

/** Row numbers of a bootstrap sample: `count` draws with replacement from `rows` rows. */
export function bootstrapRows(rows: number, count: number, random: Random): Int32Array {
  return Int32Array.from({ length: count }, () => random.integer(rows));
}

/** Divides `total` in proportion to the sizes, by largest remainder, with at least one each if `total` allows. */
function apportion(sizes: readonly number[], total: number): number[] {
  const sum = sizes.reduce((left, right) => left + right, 0);
  const exact = sizes.map((size) => (size * total) / sum);
  const floor = total >= sizes.length ? 1 : 0;
  const quotas = exact.map((share) => Math.max(floor, Math.floor(share)));
  const byRemainder = [...exact.keys()].sort(
    (left, right) => exact[right]! - quotas[right]! - (exact[left]! - quotas[left]!) || left - right,
  );
  let rest = total - quotas.reduce((left, right) => left + right, 0);
  for (let turn = 0; rest > 0; turn = (turn + 1) % quotas.length, rest--) {
    quotas[byRemainder[turn]!]!++;
  }
  while (rest < 0) {
    const largest = quotas.indexOf(Math.max(...quotas));
    quotas[largest]!--;
    rest++;
  }
  return quotas;
}
