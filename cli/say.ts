/** While something runs, a line is printed at least this often. */
const LONGEST_SILENCE_MS = 5000;
const CHECK_MS = 250;

let lastMs = -Infinity;

/** Writes a line to standard error: progress and hints. Results go to standard output. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
  lastMs = performance.now();
}

/**
 * Says what `work` is doing and how long it has taken whenever nothing else was said for five seconds, until it ends.
 * @param step what is done, such as `starting the worker`; a function if it changes
 */
export async function sayWhile<T>(step: string | (() => string), work: Promise<T>): Promise<T> {
  const startMs = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - Math.max(lastMs, startMs) < LONGEST_SILENCE_MS - CHECK_MS) return;
    const seconds = Math.round((performance.now() - startMs) / 1000);
    say(`${typeof step === 'string' ? step : step()}, ${seconds} s so far`);
  }, CHECK_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
