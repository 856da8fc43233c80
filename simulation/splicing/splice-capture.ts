import { pcapHeader, pcapRecord } from '../../capture/formats/pcap-writer.js';
import type { SplicePiece, SpliceSource } from '../../common/plan-splices.js';
import type { SplicedPiece } from '../../schemas/splicing.js';
import type { CapturedFrame } from '../captured-frames.js';
import { cutPiece } from './cut-piece.js';
import type { CaptureSurvey } from './survey-capture.js';

/** Snap length in the file header: the common maximum of capture tools. */
const SNAP_LENGTH = 262_144;

/** A labelled capture with one resolution. */
export interface CaptureSource extends SpliceSource {
  /** As written in its sessions file. */
  readonly capture: string;
  readonly survey: CaptureSurvey;
}

/** A spliced capture (classic pcap), its player's log, and its pieces. */
interface SplicedCapture {
  readonly capture: Uint8Array;
  /** `time,resolution`: seconds since the Unix epoch. */
  readonly playerLog: string;
  readonly pieces: readonly SplicedPiece[];
}

/**
 * Joins the pieces of a session. Each piece is moved in time so that it begins where the previous one ends, and all
 * get the client address of the first. The look-ups that a client made before its piece are placed directly before
 * it, one microsecond apart: without them, the names of its servers would be missing.
 *
 * @param open returns the bytes of a source's file
 */
export async function spliceCapture(
  pieces: readonly SplicePiece<CaptureSource>[],
  open: (source: CaptureSource) => AsyncIterable<Uint8Array>,
): Promise<SplicedCapture> {
  const all: CapturedFrame[] = [];
  const made: SplicedPiece[] = [];
  const first = pieces[0]!.source.survey;
  for (const { source, fromUs, toUs, atUs } of pieces) {
    const { client, contentHash } = source.survey;
    const { frames, lookUps } = await cutPiece(open(source), {
      client,
      replacement: first.client,
      fromUs,
      toUs,
    });
    lookUps.forEach((frame, at) => all.push({ ...frame, timeUs: atUs - lookUps.length + at }));
    for (const frame of frames) all.push({ ...frame, timeUs: frame.timeUs - fromUs + atUs });
    const { sessionId, capture, resolutionPx } = source;
    const packets = frames.length;
    made.push({
      ...{ sessionId, capture, contentHash, resolutionPx, fromUs, toUs, atUs, packets },
      lookUps: lookUps.length,
    });
  }
  all.sort((a, b) => a.timeUs - b.timeUs);
  const parts = [
    pcapHeader({ linkType: first.linkType, snapLength: SNAP_LENGTH }),
    ...all.map(({ timeUs, frame, wireLength }) => pcapRecord(timeUs, frame, wireLength)),
  ];
  const last = pieces.at(-1)!;
  const rows = [
    ...pieces.map(({ atUs, source }) => `${seconds(atUs)},${source.resolutionPx}`),
    `${seconds(last.atUs + last.toUs - last.fromUs)},`,
  ];
  return {
    capture: Buffer.concat(parts),
    playerLog: ['time,resolution', ...rows, ''].join('\n'),
    pieces: made,
  };
}

function seconds(timeUs: number): string {
  return (timeUs / 1e6).toFixed(6);
}
