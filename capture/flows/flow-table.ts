import type { ClientBasis, Flow } from '../../schemas/capture.js';
import type { PacketFields } from '../layers/packet-fields.js';
import { findClient } from './client-side.js';
import { FlowIndex } from './flow-index.js';
import { grown, INITIAL_FLOWS } from './flow-slots.js';

/** Sums of a flow are adjacent, so that a packet touches one cache line. */
const SUMS = 4;
const FIRST_US = 0;
const LAST_US = 1;
const PACKETS = 2;
const WIRE_BYTES = 3;

const CLIENT_BASES: readonly ClientBasis[] = ['syn', 'port', 'address', 'first-packet'];

/**
 * The flows of a capture: numbers them, finds their client side, and sums packets, bytes and times. A flow takes
 * about 100 bytes, and no object until it is listed.
 */
export class FlowTable {
  readonly #index = new FlowIndex();
  #clientIsLow = new Uint8Array(INITIAL_FLOWS);
  #clientBasis = new Uint8Array(INITIAL_FLOWS);
  #sums = new Float64Array(INITIAL_FLOWS * SUMS);
  /** After `add`: true if the packet goes from client to server. */
  isUpstream = false;
  /** After `add`: true if this was the flow's first packet. */
  isNew = false;

  /** Counts a packet and returns its flow's number. */
  add(view: DataView, packet: PacketFields, timestampUs: number, wireLength: number): number {
    const index = this.#index;
    const flow = index.find(view, packet);
    this.isNew = index.isNew;
    if (index.isNew) this.#open(flow, view, packet, timestampUs);
    this.isUpstream = index.isFromLow === (this.#clientIsLow[flow] === 1);
    const sums = this.#sums;
    const base = flow * SUMS;
    if (timestampUs < sums[base + FIRST_US]!) sums[base + FIRST_US] = timestampUs;
    if (timestampUs > sums[base + LAST_US]!) sums[base + LAST_US] = timestampUs;
    sums[base + PACKETS]!++;
    sums[base + WIRE_BYTES]! += wireLength;
    return flow;
  }

  /** Takes back the last packet counted in a flow, except for its time. */
  uncount(flow: number, wireLength: number): void {
    const base = flow * SUMS;
    this.#sums[base + PACKETS]!--;
    this.#sums[base + WIRE_BYTES]! -= wireLength;
  }

  /** Every flow, in order of its number, `rows` at a time. */
  *list(rows: number): Generator<Flow[]> {
    for (let start = 0; start < this.#index.size; start += rows) {
      const length = Math.min(rows, this.#index.size - start);
      yield Array.from({ length }, (_, i) => this.#describe(start + i));
    }
  }

  #describe(flowId: number): Flow {
    const ends = this.#index.ends(flowId);
    const clientIsLow = this.#clientIsLow[flowId] === 1;
    const base = flowId * SUMS;
    return {
      flowId,
      ipVersion: ends.ipVersion,
      protocol: ends.protocol,
      clientAddress: clientIsLow ? ends.lowAddress : ends.highAddress,
      serverAddress: clientIsLow ? ends.highAddress : ends.lowAddress,
      clientPort: clientIsLow ? ends.lowPort : ends.highPort,
      serverPort: clientIsLow ? ends.highPort : ends.lowPort,
      clientBasis: CLIENT_BASES[this.#clientBasis[flowId]!]!,
      firstUs: this.#sums[base + FIRST_US]!,
      lastUs: this.#sums[base + LAST_US]!,
      packets: this.#sums[base + PACKETS]!,
      wireBytes: this.#sums[base + WIRE_BYTES]!,
    };
  }

  #open(flow: number, view: DataView, packet: PacketFields, timestampUs: number): void {
    if (flow === this.#clientIsLow.length) this.#grow();
    const client = findClient(view, packet);
    this.#clientIsLow[flow] = client.isSource === this.#index.isFromLow ? 1 : 0;
    this.#clientBasis[flow] = CLIENT_BASES.indexOf(client.basis);
    this.#sums[flow * SUMS + FIRST_US] = timestampUs;
    this.#sums[flow * SUMS + LAST_US] = timestampUs;
  }

  #grow(): void {
    const flows = this.#clientIsLow.length + 1;
    this.#clientIsLow = grown(Uint8Array, this.#clientIsLow, flows);
    this.#clientBasis = grown(Uint8Array, this.#clientBasis, flows);
    this.#sums = grown(Float64Array, this.#sums, flows * SUMS);
  }
}
