/**
 * What the layers found out about one packet. One object serves all packets: each layer fills its fields, and only
 * those a layer has filled for this packet mean anything. Offsets are positions in the capture's buffer.
 */
export class PacketFields {
  etherType = 0;
  networkOffset = 0;

  ipVersion: 4 | 6 = 4;
  sourceAddressOffset = 0;
  destinationAddressOffset = 0;
  /** IANA protocol number of what the IP layer carries, behind IPv6 extension headers. */
  protocol = 0;
  transportOffset = 0;
  /** Bytes of the transport header and payload by the IP header: may be more than was captured. */
  transportLength = 0;
  /** True where the IP datagram came in more than this one piece; only then the two numbers below mean anything. */
  isFragment = false;
  /** True for every fragment but the first: it has no transport header. */
  isLaterFragment = false;
  /** Identification that the fragments of a datagram share: 16 bits in IPv4, 32 in IPv6. */
  fragmentId = 0;
  /** Place of this fragment in what the datagram carries. */
  fragmentOffsetBytes = 0;

  sourcePort = 0;
  destinationPort = 0;
  payloadOffset = 0;
  payloadLength = 0;
  tcpFlags = 0;
  tcpSeq = 0;
  tcpAck = 0;
  tcpWindow = 0;

  /** Takes over all that another packet's layers found out. */
  copy(other: PacketFields): void {
    Object.assign(this, other);
  }

  clearTransport(): void {
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.payloadOffset = 0;
    this.payloadLength = 0;
    this.tcpFlags = 0;
    this.tcpSeq = 0;
    this.tcpAck = 0;
    this.tcpWindow = 0;
  }
}
