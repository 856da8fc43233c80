/** What the simulator's tests read from an Ethernet, IPv4, TCP or UDP frame; written apart from its encoder. */
export interface ParsedFrame {
  readonly sourcePort: number;
  readonly targetPort: number;
  /** By the IP header. */
  readonly payloadLength: number;
  readonly isHeaderChecksumRight: boolean;
  readonly tcp: {
    readonly sequence: number;
    readonly acknowledgement: number;
    readonly syn: boolean;
    readonly fin: boolean;
  } | null;
}

/** Throws where the frame is not what the simulator should make. */
export function parseFrame(frame: Uint8Array, wireLength: number): ParsedFrame {
  const bytes = Buffer.from(frame);
  if (bytes.readUInt16BE(12) !== 0x0800 || bytes[14] !== 0x45) throw new Error('not plain IPv4');
  if (bytes.readUInt16BE(16) !== wireLength - 14) throw new Error('IP length and wire length differ');
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += bytes.readUInt16BE(at);
  const isTcp = bytes[23] === 6;
  const transportBytes = isTcp ? (bytes[46]! >> 4) * 4 : 8;
  if (!isTcp && bytes.readUInt16BE(38) !== wireLength - 34) throw new Error('UDP length is wrong');
  const flags = bytes[47] ?? 0;
  return {
    sourcePort: bytes.readUInt16BE(34),
    targetPort: bytes.readUInt16BE(36),
    payloadLength: wireLength - 34 - transportBytes,
    isHeaderChecksumRight: sum % 0xffff === 0,
    tcp: isTcp
      ? {
          sequence: bytes.readUInt32BE(38),
          acknowledgement: bytes.readUInt32BE(42),
          syn: (flags & 2) !== 0,
          fin: (flags & 1) !== 0,
        }
      : null,
  };
}

/** Whether the viewer sent it: servers answer from ports 443 and 53. */
export const isUpstream = ({ targetPort }: ParsedFrame): boolean => targetPort === 443 || targetPort === 53;
