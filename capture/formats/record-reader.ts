import type { CaptureSummary } from '../../schemas/capture.js';
import type { ByteQueue } from './byte-queue.js';

/** Longest accepted pcapng block, in bytes: the limit of libpcap. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024;

/** Receives captured packets one by one, in file order. */
export interface RecordHandler {
  /**
   * Called for each packet; `view` is valid only during the call.
   *
   * @param start first captured byte within `view`
   * @param timestampUs whole microseconds since the Unix epoch; NaN if the format gives the packet no time
   * @param linkType LINKTYPE number
   * @returns false to pause before the next packet
   */
  record(
    view: DataView,
    start: number,
    capturedLength: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): boolean;
}

/** Splits one capture format into packets. */
export interface RecordReader {
  readonly format: CaptureSummary['format'];
  /** Link types seen so far, in order of appearance. */
  readonly linkTypes: ReadonlySet<number>;
  /** False until the file's own header has been read. */
  readonly headerRead: boolean;
  /**
   * Passes every complete packet in the queue to the handler and skips its bytes.
   *
   * @returns false if the handler paused; true if more bytes are needed
   * @throws CaptureFormatError
   */
  drain(queue: ByteQueue, handler: RecordHandler): boolean;
}
