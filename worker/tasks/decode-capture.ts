import { createReadStream } from 'node:fs';
import { decodeCapture } from '../../domain/capture/decode-capture.js';
import { CaptureFormatError } from '../../domain/capture/capture-format-error.js';
import { ColumnsWriter } from '../../warehouse/capture-columns.js';
import type { ComputeTask } from '../compute-thread.js';

/** Decodes a capture into two Arrow files. Errors name the file. */
export const decodeCaptureTask: ComputeTask<'decodeCapture'> = async (input, report) => {
  const packets = await ColumnsWriter.packets(input.packetsPath);
  const segments = await ColumnsWriter.segments(input.segmentsPath);
  try {
    const source = createReadStream(input.capturePath, { highWaterMark: 1 << 20 });
    return await decodeCapture(
      source,
      {
        requestThresholds: input.thresholds,
        anonymiseKey: input.anonymiseKey,
        onProgress: ({ packets }) => report({ packets, bytesRead: source.bytesRead }),
      },
      { packets: (batch) => packets.write(batch), segments: (batch) => segments.write(batch) },
    );
  } catch (error) {
    if (error instanceof CaptureFormatError) error.message = `${input.capturePath}: ${error.message}`;
    throw error;
  } finally {
    await packets.close();
    await segments.close();
  }
};
