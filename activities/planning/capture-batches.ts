/** Some captures of a list, which one child workflow reads. */
export interface CaptureBatch {
  /** Index of the first, and of the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Of the files. */
  readonly bytes: number;
}

/** A batch may be this large, whatever the size of all: smaller ones only make the history longer. */
const SMALL_BYTES = 2 ** 28;
/** A batch has at most this share of all bytes, so that the progress of a run of large captures is seen. */
const LARGEST_SHARE = 0.01;

/** A run has at least so many batches, because their end shows how far it is. */
const LEAST_BATCHES = 8;
/** Batches for each of those that are read at the same time, so that the last ones do not wait for one long one. */
const BATCHES_PER_PLACE = 2;
/** A batch has at most so many captures, because its result and history have some bytes for each. */
const MOST_CAPTURES = 500;

/**
 * Cuts captures into batches: at least eight, and two for each that is read at the same time; of at most 500 captures, and of at
 * most a hundredth of all bytes if that is much.
 * @param parallel batches that are read at the same time
 */
export function cutBatches(bytes: readonly number[], parallel: number): CaptureBatch[] {
  const least = Math.max(LEAST_BATCHES, BATCHES_PER_PLACE * parallel);
  const most = Math.min(MOST_CAPTURES, Math.ceil(bytes.length / least));
  const total = bytes.reduce((sum, each) => sum + each, 0);
  const mostBytes = Math.max(SMALL_BYTES, total * LARGEST_SHARE);
  const batches: CaptureBatch[] = [];
  for (let from = 0; from < bytes.length; from = batches.at(-1)!.to)
    batches.push(firstOf(bytes, from, most, mostBytes));
  return batches;
}

/** The captures from `from` on, at least one, until they are `most` or would be more than `mostBytes`. */
export function firstOf(
  bytes: readonly number[],
  from: number,
  most: number,
  mostBytes: number,
): CaptureBatch {
  let to = from;
  let sum = 0;
  while (to < bytes.length && to < from + most && (to === from || sum + bytes[to]! <= mostBytes))
    sum += bytes[to++]!;
  return { from, to, bytes: sum };
}
