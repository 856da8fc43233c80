import { floorDivide } from './floor-divide.js';
import { partOf, type OneWayFlow } from './one-way-flow.js';

/**
 * Ends a flow at every silence longer than the timeout, and drops flows with fewer than `minPackets` packets. The
 * packets after the last cut are also dropped, however many there are, as in netml.
 */
export function splitAtTimeouts(
  flows: readonly OneWayFlow[],
  timeoutSeconds: number,
  minPackets: number,
): OneWayFlow[] {
  return longEnough(
    longEnough(flows, minPackets).flatMap((flow) => {
      const { timesSeconds } = flow;
      const cuts: number[] = [];
      for (let packet = 1; packet < timesSeconds.length; packet++) {
        if (timesSeconds[packet]! - timesSeconds[packet - 1]! > timeoutSeconds) cuts.push(packet);
      }
      return partsBefore(flow, cuts);
    }),
    minPackets,
  );
}

/**
 * Cuts flows at silences longer than the interval, as netml does. For the next comparison, the first packet after a
 * cut counts as if it came at the last multiple of the interval since the flow's start (or since the previous cut).
 * The packet's stored time does not change. The packets after the last cut are dropped.
 *
 * @param intervalSeconds above 0
 */
export function splitAtInterval(
  flows: readonly OneWayFlow[],
  intervalSeconds: number,
  minPackets: number,
): OneWayFlow[] {
  return longEnough(
    flows.flatMap((flow) => {
      const { timesSeconds } = flow;
      const cuts: number[] = [];
      let startSeconds = timesSeconds[0]!;
      let previousSeconds = startSeconds;
      for (let packet = 1; packet < timesSeconds.length; packet++) {
        const timeSeconds = timesSeconds[packet]!;
        if (timeSeconds - previousSeconds > intervalSeconds) {
          cuts.push(packet);
          startSeconds += floorDivide(timeSeconds - startSeconds, intervalSeconds) * intervalSeconds;
          previousSeconds = startSeconds;
        } else previousSeconds = timeSeconds;
      }
      return partsBefore(flow, cuts);
    }),
    minPackets,
  );
}

/** The parts that end with a cut; the whole flow if there is no cut. */
function partsBefore(flow: OneWayFlow, cuts: readonly number[]): OneWayFlow[] {
  if (cuts.length === 0) return [flow];
  return cuts.map((cut, index) => partOf(flow, cuts[index - 1] ?? 0, cut));
}

function longEnough(flows: readonly OneWayFlow[], minPackets: number): OneWayFlow[] {
  return flows.filter(({ timesSeconds }) => timesSeconds.length >= minPackets);
}
