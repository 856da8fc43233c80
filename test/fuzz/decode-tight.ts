import { CaptureAssembler } from '../../capture/capture-assembler.js';
import { ByteQueue } from '../../capture/formats/byte-queue.js';
import { CaptureFormatError } from '../../capture/formats/capture-format-error.js';
import { chooseReader } from '../../capture/formats/choose-reader.js';
import type { RecordHandler } from '../../capture/formats/record-reader.js';

const ENOUGH_ROWS = 4096;

/**
 * Decodes a capture with every frame in a separate buffer that ends with the frame, so that a layer that reads
 * outside its frame throws RangeError instead of reading other data.
 *
 * @param content a capture with a packet, not compressed; it is decoded up to the first record that cannot be true
 */
export function decodeTight(content: Uint8Array): CaptureAssembler {
  const assembler = new CaptureAssembler({ tcpBytes: 0, udpBytes: 150 }, ENOUGH_ROWS);
  const handler: RecordHandler = {
    record(view, start, capturedLength, wireLength, timestampUs, linkType) {
      const frame = Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset + start, capturedLength));
      const tight = new DataView(frame.buffer);
      const wantsMore = assembler.record(tight, 0, capturedLength, wireLength, timestampUs, linkType);
      if (!wantsMore) assembler.packets.take();
      return wantsMore;
    },
  };
  const queue = new ByteQueue();
  queue.append(content);
  const reader = chooseReader(queue);
  try {
    while (reader?.drain(queue, handler) === false);
  } catch (error) {
    if (!(error instanceof CaptureFormatError)) throw error;
  }
  assembler.finish();
  return assembler;
}
