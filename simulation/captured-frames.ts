import { openContent } from '../capture/formats/capture-content.js';
import { readRecords } from '../capture/formats/read-records.js';

/** A captured packet. */
export interface CapturedFrame {
  /** Microseconds since the Unix epoch; NaN if the capture does not say. */
  readonly timeUs: number;
  readonly frame: Uint8Array;
  readonly wireLength: number;
}

/** Hands on copies of all packets of a capture, in file order, with their link types. @throws CaptureFormatError */
export async function readCapturedFrames(
  source: AsyncIterable<Uint8Array>,
  onFrame: (captured: CapturedFrame, linkType: number) => void,
): Promise<void> {
  const { chunks } = await openContent(source);
  await readRecords(chunks, {
    record: (captured, start, capturedLength, wireLength, timeUs, linkType) => {
      // A copy: the reader reuses its buffer.
      const frame = new Uint8Array(captured.buffer, captured.byteOffset + start, capturedLength).slice();
      onFrame({ timeUs, frame, wireLength }, linkType);
      return true;
    },
  });
}
