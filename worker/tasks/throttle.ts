const INTERVAL_MS = 250;

/** Passes on at most four reports per second, and always the last one, with `done` equal to `total`. */
export function throttled(
  report: (done: number, total: number) => void,
): (done: number, total: number) => void {
  let lastMs = -Infinity;
  return (done, total) => {
    const nowMs = performance.now();
    if (done < total && nowMs - lastMs < INTERVAL_MS) return;
    lastMs = nowMs;
    report(done, total);
  };
}
