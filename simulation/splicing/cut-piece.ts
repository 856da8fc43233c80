import ipaddr from 'ipaddr.js';
import { decodeAddresses, decodeTransport } from '../../capture/layers/packet-decoder.js';
import { PacketFields } from '../../capture/layers/packet-fields.js';
import { DNS_PORT } from '../../capture/names/dns-reader.js';
import { readCapturedFrames, type CapturedFrame } from '../captured-frames.js';
import { replaceAddress } from './replace-address.js';

interface CutOptions {
  /**
   * Only packets to and from this address are kept; it is replaced by `replacement`, which has the same IP version.
   */
  readonly client: string;
  readonly replacement: string;
  /** Microseconds since the Unix epoch, the end excluded. */
  readonly fromUs: number;
  readonly toUs: number;
}

/** A client's packets in a time range, and its DNS messages before that, in file order. */
interface CutPiece {
  readonly frames: readonly CapturedFrame[];
  readonly lookUps: readonly CapturedFrame[];
}

/**
 * Extracts a client's packets from a capture. All other packets, and frames that are not IP, are dropped.
 * @throws CaptureFormatError
 */
export async function cutPiece(
  source: AsyncIterable<Uint8Array>,
  { client, replacement, fromUs, toUs }: CutOptions,
): Promise<CutPiece> {
  const clientBytes = Uint8Array.from(ipaddr.parse(client).toByteArray());
  const replacementBytes = Uint8Array.from(ipaddr.parse(replacement).toByteArray());
  const frames: CapturedFrame[] = [];
  const lookUps: CapturedFrame[] = [];
  const fields = new PacketFields();
  await readCapturedFrames(source, ({ timeUs, frame, wireLength }, linkType) => {
    if (!(timeUs < toUs)) return;
    const view = new DataView(frame.buffer);
    if (decodeAddresses(view, 0, frame.length, wireLength, linkType, fields) !== null) return;
    decodeTransport(view, frame.length, fields);
    const isLookUp = fields.sourcePort === DNS_PORT || fields.destinationPort === DNS_PORT;
    if (timeUs < fromUs && !isLookUp) return;
    const own = [fields.sourceAddressOffset, fields.destinationAddressOffset].filter((offset) =>
      clientBytes.every((byte, at) => frame[offset + at] === byte),
    );
    if (own.length === 0) return;
    for (const offset of own) replaceAddress(view, fields, offset, replacementBytes, frame.length);
    (timeUs < fromUs ? lookUps : frames).push({ timeUs, frame, wireLength });
  });
  return { frames, lookUps };
}
