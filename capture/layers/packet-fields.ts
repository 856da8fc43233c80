/**
 * Decoded fields of one packet. One object is reused for all packets: each layer fills its fields, and only fields
 * that a layer has filled for this packet are valid. Offsets are positions in the capture's buffer.
 */
export class PacketFields {
  etherType = 0;
  networkOffset = 0;

  ipVersion: 4 | 6 = 4;
  sourceAddressOffset = 0;
  destinationAddressOffset = 0;
  /** IANA protocol number of the IP payload, after IPv6 extension headers. */
  protocol = 0;
  transportOffset = 0;
  /** Bytes of the transport header and payload according to the IP header; may exceed the captured bytes. */
  transportLength = 0;
  /** True if the IP datagram was fragmented; only then are the two numbers below valid. */
  isFragment = false;
  /** True for every fragment except the first: it has no transport header. */
  isLaterFragment = false;
  /** Identification of the datagram, the same in all its fragments: 16 bits in IPv4, 32 in IPv6. */
  fragmentId = 0;
  /** Offset of this fragment in the datagram's payload. */
  fragmentOffsetBytes = 0;

  sourcePort = 0;
  destinationPort = 0;
  payloadOffset = 0;
  payloadLength = 0;
  tcpFlags = 0;
  tcpSeq = 0;
  tcpAck = 0;
  tcpWindow = 0;

  /** Copies all fields of another packet. */
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
