import ipaddr from 'ipaddr.js';
import { decodeAddresses } from '../../capture/layers/packet-decoder.js';
import { PacketFields } from '../../capture/layers/packet-fields.js';
import { readCapturedFrames, type CapturedFrame } from '../captured-frames.js';
import { BackgroundError } from './background-error.js';

/** All packets of a capture, and how those of a client are framed and cut. */
export interface CaptureFrames {
  /** In file order. */
  readonly frames: readonly CapturedFrame[];
  /** Link-layer headers of the first packet from the client and of the first packet to it. */
  readonly upHeader: Uint8Array;
  readonly downHeader: Uint8Array;
  /** Length that most cut packets were cut to; Infinity if no packet is cut. */
  readonly snapLength: number;
  /** Microseconds since the Unix epoch. */
  readonly firstUs: number;
  readonly lastUs: number;
}

/**
 * Reads a whole capture of one link type into memory.
 * @param client address
 * @throws BackgroundError if packets have no time, or none goes one of the ways; CaptureFormatError
 */
export async function readFrames(source: AsyncIterable<Uint8Array>, client: string): Promise<CaptureFrames> {
  const clientBytes = ipaddr.parse(client).toByteArray();
  const frames: CapturedFrame[] = [];
  const headers: { up?: Uint8Array; down?: Uint8Array } = {};
  const cuts = new Map<number, number>();
  const fields = new PacketFields();
  await readCapturedFrames(source, (captured, linkType) => {
    const { timeUs, frame, wireLength } = captured;
    if (Number.isNaN(timeUs)) throw new BackgroundError(`packet ${frames.length + 1} has no time`);
    frames.push(captured);
    if (frame.length < wireLength) cuts.set(frame.length, (cuts.get(frame.length) ?? 0) + 1);
    const view = new DataView(frame.buffer);
    if (decodeAddresses(view, 0, frame.length, wireLength, linkType, fields) !== null) return;
    const isAt = (offset: number): boolean => clientBytes.every((byte, at) => frame[offset + at] === byte);
    const header = frame.subarray(0, fields.networkOffset);
    if (isAt(fields.sourceAddressOffset)) headers.up ??= header;
    else if (isAt(fields.destinationAddressOffset)) headers.down ??= header;
  });
  if (headers.up === undefined || headers.down === undefined)
    throw new BackgroundError(`has no packets from ${client} or none to it: both ways are needed`);
  const [common] = [...cuts].sort(([, a], [, b]) => b - a);
  return {
    frames,
    upHeader: headers.up,
    downHeader: headers.down,
    snapLength: common?.[0] ?? Infinity,
    firstUs: frames.reduce((least, { timeUs }) => Math.min(least, timeUs), Infinity),
    lastUs: frames.reduce((most, { timeUs }) => Math.max(most, timeUs), 0),
  };
}
