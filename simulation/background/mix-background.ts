import { pcapHeader, pcapRecord } from '../../capture/formats/pcap-writer.js';
import { decodeAddresses, decodeTransport } from '../../capture/layers/packet-decoder.js';
import { PacketFields } from '../../capture/layers/packet-fields.js';
import type { CapturedFrame } from '../captured-frames.js';
import type { CaptureSurvey } from '../splicing/survey-capture.js';
import { FrameBuffer } from '../wire/frame-buffer.js';
import { planBackground, type BackgroundFlow } from './plan-background.js';
import { readFrames, type CaptureFrames } from './read-frames.js';
import { HTTPS_PORT, simulateBackground } from './simulate-background.js';

/** Snap length in the file header, and of the simulation where the capture was not cut: the common maximum of capture tools. */
const MOST_SNAP_LENGTH = 262_144;
const LINKTYPE_ETHERNET = 1;

/** A capture with background (classic pcap), and the flows that were added. */
export interface MixedCapture {
  readonly capture: Uint8Array;
  readonly flows: readonly BackgroundFlow[];
  /** Times of the first and the last packet of the capture, microseconds since the Unix epoch. */
  readonly firstUs: number;
  readonly lastUs: number;
  /** Packets and bytes on the wire that were added, and that the capture had. */
  readonly added: { readonly packets: number; readonly wireBytes: number };
  readonly original: { readonly packets: number; readonly wireBytes: number };
}

/**
 * Adds flows of other applications of the same client to a capture. Its own packets stay as they are; the added ones have
 * the same link layer and are cut like them, but never within a header.
 *
 * @param source the bytes of the file
 * @throws BackgroundError, CaptureFormatError
 */
export async function mixBackground(
  source: AsyncIterable<Uint8Array>,
  { client, ipVersion, linkType }: Pick<CaptureSurvey, 'client' | 'ipVersion' | 'linkType'>,
  options: { readonly flows: number; readonly seed: number },
): Promise<MixedCapture> {
  const read = await readFrames(source, client);
  const range = { fromUs: read.firstUs, toUs: read.lastUs };
  const flows = planBackground({ ...options, ipVersion, ...range });
  const added: CapturedFrame[] = [];
  const fields = new PacketFields();
  const buffer = new FrameBuffer();
  const snapLength = Math.min(read.snapLength, MOST_SNAP_LENGTH);
  simulateBackground(
    flows,
    { seed: options.seed, clientAddress: client, snapLength, ...range },
    (timeUs, packet) => {
      packet.write(buffer);
      added.push({ timeUs, ...reframed(buffer, fields, read) });
    },
  );
  const all = [...read.frames, ...added].sort((a, b) => a.timeUs - b.timeUs);
  const parts = [
    pcapHeader({ linkType, snapLength: MOST_SNAP_LENGTH }),
    ...all.map(({ timeUs, frame, wireLength }) => pcapRecord(timeUs, frame, wireLength)),
  ];
  return {
    capture: Buffer.concat(parts),
    ...{ flows, firstUs: read.firstUs, lastUs: read.lastUs },
    ...{ added: sizeOf(added), original: sizeOf(read.frames) },
  };
}

/** The simulated frame in the buffer, with the link layer of the capture, and cut like its packets. */
function reframed(
  { view, length }: FrameBuffer,
  fields: PacketFields,
  { upHeader, downHeader, snapLength }: CaptureFrames,
): Pick<CapturedFrame, 'frame' | 'wireLength'> {
  decodeAddresses(view, 0, length, length, LINKTYPE_ETHERNET, fields);
  decodeTransport(view, length, fields);
  const { networkOffset, payloadOffset } = fields;
  const header = fields.destinationPort === HTTPS_PORT ? upHeader : downHeader;
  const wireLength = header.length + length - networkOffset;
  const headerBytes = header.length + payloadOffset - networkOffset;
  const kept = Math.min(wireLength, Math.max(snapLength, headerBytes));
  const frame = new Uint8Array(kept);
  frame.set(header);
  frame.set(new Uint8Array(view.buffer, networkOffset, kept - header.length), header.length);
  return { frame, wireLength };
}

function sizeOf(frames: readonly CapturedFrame[]): { packets: number; wireBytes: number } {
  return { packets: frames.length, wireBytes: frames.reduce((sum, { wireLength }) => sum + wireLength, 0) };
}
