import type { Random } from '../models/random.js';

/** Share by which the time of a packet varies around the mean. */
const PACKET_JITTER = 0.2;
/** Share by which the rate of an answer varies around the path's. */
const RATE_JITTER = 0.3;
const SERVER_MIN_US = 1_000;
const SERVER_SPREAD_US = 14_000;

/** Between client and server: a constant round trip and rate with jitter. Nothing is lost, queued or reordered. */
export interface NetworkPath {
  readonly roundTripUs: number;
  readonly bitsPerSecond: number;
  readonly random: Random;
}

/**
 * When the packets of an answer reach the client: after a round trip and the server's own time, then one after
 * the other at the path's rate. Integer microseconds, strictly increasing.
 */
export function* arrivalTimes(
  path: NetworkPath,
  requestUs: number,
  wireLengths: Iterable<number>,
): Generator<number> {
  const { random } = path;
  const microsecondsPerByte = (8e6 / path.bitsPerSecond) * jitter(random, RATE_JITTER);
  let timeUs = requestUs + path.roundTripUs + SERVER_MIN_US + random.integer(SERVER_SPREAD_US);
  for (const wireLength of wireLengths) {
    timeUs += Math.max(1, Math.round(wireLength * microsecondsPerByte * jitter(random, PACKET_JITTER)));
    yield timeUs;
  }
}

/** Uniform in 1 ± spread / 2. */
function jitter(random: Random, spread: number): number {
  return 1 + (random.uniform() - 0.5) * spread;
}
