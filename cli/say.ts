/** While something runs, a line is printed at least every five seconds. */
const LONGEST_SILENCE_MS = 4500;
const CHECK_MS = 250;

let lastMs = -Infinity;

let write: (message: string, level: 'info' | 'error') => void = (message) => {
  process.stderr.write(`${message}\n`);
};

/** Hands all further lines to `writer` instead. */
export function sayThrough(writer: typeof write): void {
  write = writer;
}

/** Writes a line to standard error: progress, hints, and why a command failed. Results go to standard output. */
export function say(message: string, level: 'info' | 'error' = 'info'): void {
  write(message, level);
  lastMs = performance.now();
}

/**
 * Says what `work` is doing and how long it has taken whenever nothing else was said for a while, until it ends.
 * @param step what is done, such as `starting the worker`; a function if it changes
 * @param silenceMs how long nothing may be said; shorter for work that keeps the event loop busy for seconds
 */
export async function sayWhile<T>(
  step: string | (() => string),
  work: Promise<T>,
  silenceMs = LONGEST_SILENCE_MS,
): Promise<T> {
  const startMs = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - Math.max(lastMs, startMs) < silenceMs) return;
    const seconds = Math.round((performance.now() - startMs) / 1000);
    say(`${typeof step === 'string' ? step : step()}, ${seconds} s so far`);
  }, CHECK_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
