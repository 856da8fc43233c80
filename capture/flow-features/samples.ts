import { floorDivide } from './floor-divide.js';
import type { OneWayFlow } from './one-way-flow.js';

/** Maximum length of a row of samples, and of a run of empty intervals added at once. */
const MAX_SAMPLES = 500;

/**
 * Sums per sampling interval, computed as in netml. An interval ends with the first packet after it, which opens
 * the next one. Whole empty intervals between the two become zeros, at most 500 at once. A row ends after 500
 * values.
 *
 * @param samplingSeconds length of an interval, above 0 unless all packets have the same time
 * @param amount value that a packet adds: 1, or its bytes
 */
export function samplesOf(
  { timesSeconds }: OneWayFlow,
  samplingSeconds: number,
  amount: (packet: number) => number,
): number[] {
  const samples: number[] = [];
  let startSeconds = timesSeconds[0]!;
  let sum = amount(0);
  for (let packet = 1; packet < timesSeconds.length; packet++) {
    const timeSeconds = timesSeconds[packet]!;
    if (timeSeconds - startSeconds <= samplingSeconds) {
      sum += amount(packet);
      continue;
    }
    startSeconds += samplingSeconds;
    samples.push(sum);
    const empty = Math.min(floorDivide(timeSeconds - startSeconds, samplingSeconds), MAX_SAMPLES);
    if (empty > 0) {
      for (let index = 0; index < empty; index++) samples.push(0);
      startSeconds += empty * samplingSeconds;
    }
    if (samples.length > MAX_SAMPLES) return samples.slice(0, MAX_SAMPLES);
    sum = amount(packet);
  }
  if (sum > 0) samples.push(sum);
  return samples;
}
