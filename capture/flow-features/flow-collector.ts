import type { OneWayFlow } from './one-way-flow.js';

const INITIAL_PACKETS = 65_536;

/** Groups packets in file order into one-way flows. A packet takes 16 bytes, and 12 more at the end. */
export class FlowCollector {
  #timesSeconds = new Float64Array(INITIAL_PACKETS);
  #lengthsBytes = new Uint32Array(INITIAL_PACKETS);
  /** By packet: index of its flow, in order of appearance. */
  #flows = new Uint32Array(INITIAL_PACKETS);
  #packets = 0;
  readonly #flowOfDirection = new Map<number, number>();
  readonly #packetsOfFlow: number[] = [];

  /** @param direction any number; packets with the same number form a flow */
  add(direction: number, timeSeconds: number, lengthBytes: number): void {
    let flow = this.#flowOfDirection.get(direction);
    if (flow === undefined) {
      flow = this.#flowOfDirection.size;
      this.#flowOfDirection.set(direction, flow);
      this.#packetsOfFlow.push(0);
    }
    const packet = this.#packets++;
    if (packet === this.#timesSeconds.length) this.#grow();
    this.#timesSeconds[packet] = timeSeconds;
    this.#lengthsBytes[packet] = lengthBytes;
    this.#flows[packet] = flow;
    this.#packetsOfFlow[flow]!++;
  }

  /**
   * The flows, ordered by their first packets in the file. Packets of a flow are ordered by time, then by file
   * order.
   */
  finish(): OneWayFlow[] {
    const timesSeconds = new Float64Array(this.#packets);
    const lengthsBytes = new Uint32Array(this.#packets);
    const next: number[] = [];
    let start = 0;
    for (const packets of this.#packetsOfFlow) {
      next.push(start);
      start += packets;
    }
    for (let packet = 0; packet < this.#packets; packet++) {
      const place = next[this.#flows[packet]!]!++;
      timesSeconds[place] = this.#timesSeconds[packet]!;
      lengthsBytes[place] = this.#lengthsBytes[packet]!;
    }
    return [...this.#flowOfDirection.keys()].map((direction, flow) => {
      const end = next[flow]!;
      const first = end - this.#packetsOfFlow[flow]!;
      return sorted({
        direction,
        timesSeconds: timesSeconds.subarray(first, end),
        lengthsBytes: lengthsBytes.subarray(first, end),
      });
    });
  }

  #grow(): void {
    const capacity = 2 * this.#packets;
    const [times, lengths, flows] = [this.#timesSeconds, this.#lengthsBytes, this.#flows];
    (this.#timesSeconds = new Float64Array(capacity)).set(times);
    (this.#lengthsBytes = new Uint32Array(capacity)).set(lengths);
    (this.#flows = new Uint32Array(capacity)).set(flows);
  }
}

function sorted(flow: OneWayFlow): OneWayFlow {
  const { timesSeconds, lengthsBytes } = flow;
  if (timesSeconds.every((time, packet) => packet === 0 || time >= timesSeconds[packet - 1]!)) return flow;
  const order = Uint32Array.from(timesSeconds.keys()).sort(
    (a, b) => timesSeconds[a]! - timesSeconds[b]! || a - b,
  );
  return {
    ...flow,
    timesSeconds: Float64Array.from(order, (packet) => timesSeconds[packet]!),
    lengthsBytes: order.map((packet) => lengthsBytes[packet]!),
  };
}
