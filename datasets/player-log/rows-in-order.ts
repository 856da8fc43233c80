/**
 * Which times to keep so that time never goes back and as few as possible are left out: a longest non-decreasing
 * subsequence (patience sorting), from the last time to the first, so that of two equally long ones the times that came
 * first are kept. A single wrong time costs only its own row, whether it is too early or too late.
 * @returns by place, whether the time is kept
 */
export function rowsInOrder(times: readonly number[]): boolean[] {
  /** By length of a subsequence, less 1: the place where it starts, with the latest time possible. */
  const starts: number[] = [];
  const next = times.map(() => -1);
  for (let at = times.length - 1; at >= 0; at--) {
    const time = times[at] ?? 0;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[starts[middle] ?? 0] ?? 0) >= time) low = middle + 1;
      else high = middle;
    }
    starts[low] = at;
    next[at] = low === 0 ? -1 : (starts[low - 1] ?? -1);
  }
  const kept = times.map(() => false);
  for (let at = starts.at(-1) ?? -1; at >= 0; at = next[at] ?? -1) kept[at] = true;
  return kept;
}
