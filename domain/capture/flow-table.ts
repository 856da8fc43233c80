import type { ClientBasis, Flow } from '../../schemas/capture.js';
import { findClient } from './client-side.js';
import { FlowIndex } from './flow-index.js';
import { addressText } from './ip-address.js';
import type { PacketFields } from './packet-fields.js';

const INITIAL_FLOWS = 1024;

/** What stays the same from a flow's first packet on. */
interface FlowIdentity {
  readonly ipVersion: 4 | 6;
  readonly protocol: number;
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly clientBasis: ClientBasis;
}

/** The flows of a capture: numbers them, tells their client side, and sums up packets, bytes and times. */
export class FlowTable {
  readonly #index = new FlowIndex();
  readonly #identities: FlowIdentity[] = [];
  #clientIsFirstSender = new Uint8Array(INITIAL_FLOWS);
  #firstUs = new Float64Array(INITIAL_FLOWS);
  #lastUs = new Float64Array(INITIAL_FLOWS);
  #packets = new Float64Array(INITIAL_FLOWS);
  #wireBytes = new Float64Array(INITIAL_FLOWS);
  /** After `add`: true if the packet goes from client to server. */
  isUpstream = false;
  /** After `add`: true if this was the flow's first packet. */
  isNew = false;

  /** Counts a packet and returns its flow's number. */
  add(view: DataView, packet: PacketFields, timestampUs: number, wireLength: number): number {
    const flow = this.#index.find(view, packet);
    this.isNew = this.#index.isNew;
    if (this.isNew) this.#open(flow, view, packet, timestampUs);
    this.isUpstream = this.#index.isForward === (this.#clientIsFirstSender[flow] === 1);
    if (timestampUs < this.#firstUs[flow]!) this.#firstUs[flow] = timestampUs;
    if (timestampUs > this.#lastUs[flow]!) this.#lastUs[flow] = timestampUs;
    this.#packets[flow]!++;
    this.#wireBytes[flow]! += wireLength;
    return flow;
  }

  /** Every flow, in order of its number. */
  list(): Flow[] {
    return this.#identities.map((identity, flowId) => ({
      flowId,
      ...identity,
      firstUs: this.#firstUs[flowId]!,
      lastUs: this.#lastUs[flowId]!,
      packets: this.#packets[flowId]!,
      wireBytes: this.#wireBytes[flowId]!,
    }));
  }

  #open(flow: number, view: DataView, packet: PacketFields, timestampUs: number): void {
    if (flow === this.#packets.length) this.#grow();
    const client = findClient(view, packet);
    const source = addressText(view, packet.sourceAddressOffset, packet.ipVersion);
    const destination = addressText(view, packet.destinationAddressOffset, packet.ipVersion);
    this.#identities.push({
      ipVersion: packet.ipVersion,
      protocol: packet.protocol,
      clientAddress: client.isSource ? source : destination,
      serverAddress: client.isSource ? destination : source,
      clientPort: client.isSource ? packet.sourcePort : packet.destinationPort,
      serverPort: client.isSource ? packet.destinationPort : packet.sourcePort,
      clientBasis: client.basis,
    });
    this.#clientIsFirstSender[flow] = client.isSource ? 1 : 0;
    this.#firstUs[flow] = timestampUs;
    this.#lastUs[flow] = timestampUs;
  }

  #grow(): void {
    const capacity = this.#packets.length * 2;
    this.#clientIsFirstSender = resized(new Uint8Array(capacity), this.#clientIsFirstSender);
    this.#firstUs = resized(new Float64Array(capacity), this.#firstUs);
    this.#lastUs = resized(new Float64Array(capacity), this.#lastUs);
    this.#packets = resized(new Float64Array(capacity), this.#packets);
    this.#wireBytes = resized(new Float64Array(capacity), this.#wireBytes);
  }
}

function resized<T extends Uint8Array | Float64Array>(larger: T, from: T): T {
  larger.set(from);
  return larger;
}
