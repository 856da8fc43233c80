import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../layers/ether-types.js';
import type { Fault, FaultCounter } from '../layers/faults.js';
import {
  PROTOCOL_GRE,
  PROTOCOL_IPV4,
  PROTOCOL_IPV6,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from '../layers/ip-protocols.js';
import { decodeNetwork, decodeTransport } from '../layers/packet-decoder.js';
import { PacketFields } from '../layers/packet-fields.js';
import { enterGeneve, GENEVE_PORT } from './geneve.js';
import { enterGre } from './gre.js';
import { enterGtpU, GTP_U_PORT } from './gtp-u.js';
import { enterTeredo, TEREDO_PORT } from './teredo.js';
import { NOT_A_TUNNEL, type TunnelEntry } from './tunnel-entry.js';
import { enterTzsp, TZSP_PORT } from './tzsp.js';
import { enterVxlan, VXLAN_PORTS } from './vxlan.js';

/** Maximum depth of nested tunnels; networks nest two or three. */
const MAX_DEPTH = 8;
const PORTS = 65_536;

const TUNNEL_LAYERS: ReadonlySet<string> = new Set(['gre', 'geneve', 'gtp', 'tzsp']);
const TOO_DEEP: Fault = { layer: 'tunnel', kind: 'too-deep' };

/** By UDP port: 1 if it may be a tunnel's, as destination or (Teredo) on either side. */
const IS_TUNNEL_PORT = new Uint8Array(PORTS);
for (const port of [...VXLAN_PORTS, GENEVE_PORT, GTP_U_PORT, TEREDO_PORT, TZSP_PORT])
  IS_TUNNEL_PORT[port] = 1;

/** Quick first check for a tunnel, for a packet decoded up to its transport layer. */
export function mayCarryTunnel(packet: PacketFields): boolean {
  switch (packet.protocol) {
    case PROTOCOL_TCP:
      return false;
    case PROTOCOL_UDP:
      return IS_TUNNEL_PORT[packet.destinationPort] === 1 || packet.sourcePort === TEREDO_PORT;
    case PROTOCOL_IPV4:
    case PROTOCOL_IPV6:
    case PROTOCOL_GRE:
      return true;
    default:
      return false;
  }
}

/**
 * Decodes tunnels, so that a packet counts in the flow of its innermost IP header: IP in IP (RFC 2003, RFC 2473,
 * RFC 4213), GRE, VXLAN, Geneve, GTP-U, TZSP, Teredo.
 *
 * If the inner packet cannot be decoded up to its addresses, the outer headers are used and the reason is counted.
 * If the outer datagram is fragmented, only its first fragment is decoded: the others contain no inner header.
 */
export class Tunnels {
  readonly #faults: FaultCounter;
  readonly #outer = new PacketFields();
  /** Faults of inner headers, by the fault that the same header would have outside a tunnel. */
  readonly #inside = new Map<Fault, Fault>();

  constructor(faults: FaultCounter) {
    this.#faults = faults;
  }

  /**
   * @param end first byte that was not captured
   * @param packet a packet that passed {@link mayCarryTunnel}; afterwards the innermost packet that could be
   *   decoded
   * @param fault result of decoding the packet
   * @returns result of decoding the innermost packet
   */
  enter(view: DataView, end: number, packet: PacketFields, fault: Fault | null): Fault | null {
    let innerEnd = end;
    let innerFault = fault;
    for (let depth = 0; mayCarryTunnel(packet) && !packet.isLaterFragment; depth++) {
      if (depth === MAX_DEPTH) return this.#keepOuter(TOO_DEEP, innerFault);
      const wireEnd = packet.transportOffset + packet.transportLength;
      const tunnelEnd = Math.min(innerEnd, wireEnd);
      this.#outer.copy(packet);
      const entry = findInside(view, tunnelEnd, packet) ?? decodeNetwork(view, tunnelEnd, wireEnd, packet);
      if (entry) {
        packet.copy(this.#outer);
        return entry === NOT_A_TUNNEL ? innerFault : this.#keepOuter(this.#reason(entry), innerFault);
      }
      innerEnd = tunnelEnd;
      innerFault = decodeTransport(view, innerEnd, packet);
    }
    return innerFault;
  }

  /** Faults of layers that also occur outside tunnels get the tunnel's name, because such a packet has a flow. */
  #reason(fault: Fault): Fault {
    if (TUNNEL_LAYERS.has(fault.layer)) return fault;
    const known = this.#inside.get(fault);
    if (known) return known;
    const inside = { layer: 'tunnel', kind: `${fault.layer}-${fault.kind}` };
    this.#inside.set(fault, inside);
    return inside;
  }

  /** A packet has one fault. The tunnel's fault replaces "protocol not read"; otherwise it is only counted. */
  #keepOuter(reason: Fault, fault: Fault | null): Fault | null {
    if (fault) return reason;
    this.#faults.add(reason);
    return null;
  }
}

/** Fills `etherType` and `networkOffset` of the packet inside. */
function findInside(view: DataView, end: number, packet: PacketFields): TunnelEntry {
  const { protocol, transportOffset, payloadOffset, payloadLength } = packet;
  if (protocol === PROTOCOL_GRE) return enterGre(view, transportOffset, end, packet);
  if (protocol !== PROTOCOL_UDP) {
    packet.etherType = protocol === PROTOCOL_IPV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
    packet.networkOffset = transportOffset;
    return null;
  }
  const port = packet.destinationPort;
  if (port === GENEVE_PORT) return enterGeneve(view, payloadOffset, end, packet);
  if (port === GTP_U_PORT) return enterGtpU(view, payloadOffset, end, payloadLength, packet);
  if (port === TZSP_PORT) return enterTzsp(view, payloadOffset, end, packet);
  if (VXLAN_PORTS.includes(port)) return enterVxlan(view, payloadOffset, end, packet);
  return enterTeredo(view, payloadOffset, end, payloadOffset + payloadLength, packet);
}
