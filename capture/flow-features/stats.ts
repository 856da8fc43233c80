import { durationSeconds, type OneWayFlow } from './one-way-flow.js';
import { quantile } from './quantile.js';

/**
 * The values of `STATS_COLUMNS`. Rates are 0 if a flow has no duration; the deviation is the population standard
 * deviation.
 */
export function statsOf(flow: OneWayFlow): number[] {
  const { lengthsBytes } = flow;
  const packets = lengthsBytes.length;
  const seconds = durationSeconds(flow);
  const bytes = lengthsBytes.reduce((sum, length) => sum + length, 0);
  const mean = bytes / packets;
  const variance = lengthsBytes.reduce((sum, length) => sum + (length - mean) ** 2, 0) / packets;
  const min = lengthsBytes.reduce((least, length) => Math.min(least, length), Infinity);
  const max = lengthsBytes.reduce((most, length) => Math.max(most, length), 0);
  return [
    seconds,
    seconds === 0 ? 0 : packets / seconds,
    seconds === 0 ? 0 : bytes / seconds,
    mean,
    Math.sqrt(variance),
    ...[0.25, 0.5, 0.75].map((share) => quantile(lengthsBytes, share)),
    min,
    max,
    packets,
    bytes,
  ];
}
