import type { ClientBasis } from '../../schemas/capture.js';
import { isPrivateAddress } from '../layers/ip-address.js';
import { PROTOCOL_TCP } from '../layers/ip-protocols.js';
import type { PacketFields } from '../layers/packet-fields.js';
import { TCP_ACK, TCP_SYN } from '../layers/tcp.js';

const SERVICE_PORTS: ReadonlySet<number> = new Set([443, 80, 53, 8080, 8443]);
const FIRST_UNPRIVILEGED_PORT = 1024;

/** Which end of a flow is the client, and how it was recognised. */
interface ClientSide {
  readonly isSource: boolean;
  readonly basis: ClientBasis;
}

/**
 * Finds the client from a flow's first packet: the sender of a SYN (the receiver of a SYN-ACK); else the side whose
 * peer alone has a service port (443, 80, 53, 8080, 8443), then a port below 1024; else the side that alone has a
 * private address; else the packet's sender.
 *
 * The result applies to the whole flow, even if a later SYN contradicts it, because rows already emitted contain
 * it.
 */
export function findClient(view: DataView, packet: PacketFields): ClientSide {
  const { sourcePort, destinationPort } = packet;
  if (packet.protocol === PROTOCOL_TCP && (packet.tcpFlags & TCP_SYN) !== 0) {
    return { isSource: (packet.tcpFlags & TCP_ACK) === 0, basis: 'syn' };
  }
  if (SERVICE_PORTS.has(sourcePort) !== SERVICE_PORTS.has(destinationPort)) {
    return { isSource: SERVICE_PORTS.has(destinationPort), basis: 'port' };
  }
  const sourceIsLow = sourcePort < FIRST_UNPRIVILEGED_PORT;
  const destinationIsLow = destinationPort < FIRST_UNPRIVILEGED_PORT;
  if (sourceIsLow !== destinationIsLow) return { isSource: destinationIsLow, basis: 'port' };

  const sourceIsPrivate = isPrivateAddress(view, packet.sourceAddressOffset, packet.ipVersion);
  const destinationIsPrivate = isPrivateAddress(view, packet.destinationAddressOffset, packet.ipVersion);
  if (sourceIsPrivate !== destinationIsPrivate) return { isSource: sourceIsPrivate, basis: 'address' };
  return { isSource: true, basis: 'first-packet' };
}
