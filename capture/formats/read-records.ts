import { ByteQueue } from './byte-queue.js';
import { chooseReader } from './choose-reader.js';
import type { RecordHandler, RecordReader } from './record-reader.js';

/**
 * Passes every complete packet of a capture to a handler that never pauses.
 * @param chunks the decompressed content; each chunk is used before the next is requested
 * @throws CaptureFormatError
 */
export async function readRecords(chunks: AsyncIterable<Uint8Array>, handler: RecordHandler): Promise<void> {
  const queue = new ByteQueue();
  let reader: RecordReader | null = null;
  for await (const chunk of chunks) {
    queue.append(chunk);
    do {
      reader ??= chooseReader(queue);
      reader?.drain(queue, handler);
    } while (queue.advance());
  }
}
