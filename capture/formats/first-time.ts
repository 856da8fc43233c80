import { openContent } from './capture-content.js';
import { readRecords } from './read-records.js';

/** Time of the first packet, microseconds since the Unix epoch; null if there is none, or if it has no time. */
export async function firstTimeUs(source: AsyncIterable<Uint8Array>): Promise<number | null> {
  const { chunks } = await openContent(source);
  let firstUs: number | null = null;
  let isFound = false;
  const untilFound = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      yield chunk;
      if (isFound) return;
    }
  };
  const reading = readRecords(untilFound(), {
    record(_view, _start, _capturedLength, _wireLength, timestampUs) {
      if (!isFound && Number.isSafeInteger(timestampUs)) firstUs = timestampUs;
      isFound = true;
      return true;
    },
  });
  // What is wrong behind the first packet is the decoder's to say.
  await reading.catch((error: unknown) => {
    if (!isFound) throw error;
  });
  return firstUs;
}
