/** Bytes that a simulated capture keeps of a frame; of encrypted packets it keeps ENCRYPTED_SNAP_LENGTH only. */
export const SNAP_LENGTH = 512;
/** Addresses, ports, sequence numbers and the beginning of a TLS record fit; what follows is zeros anyway. */
export const ENCRYPTED_SNAP_LENGTH = 128;
/** LINKTYPE_ETHERNET, as registered at tcpdump.org. */
export const LINK_TYPE = 1;

/** One packet as a capture at the client sees it. */
export interface SimulatedPacket {
  /** Integer microseconds since the Unix epoch, UTC. */
  readonly timestampUs: number;
  /** Ethernet frame, cut. */
  readonly frame: Uint8Array;
  /** Bytes of the whole frame. */
  readonly wireLength: number;
}
