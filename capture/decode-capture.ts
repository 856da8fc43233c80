import { countText } from '../common/count-text.js';
import type { CaptureSummary, RequestThresholds } from '../schemas/capture.js';
import { CaptureAssembler } from './capture-assembler.js';
import type { CaptureSink } from './capture-sink.js';
import { ContentHash } from './content-hash.js';
import { ByteQueue } from './formats/byte-queue.js';
import { openContent, type ContentEnd } from './formats/capture-content.js';
import { CaptureFormatError } from './formats/capture-format-error.js';
import { chooseReader, notACapture } from './formats/choose-reader.js';
import type { RecordReader } from './formats/record-reader.js';
import { AnonymisingSink } from './privacy/anonymising-sink.js';

const DEFAULT_BATCH_ROWS = 65_536;
/** Flows passed to the sink per call. DNS rows are passed on when there are at least this many. */
const ROWS_PER_CALL = 8192;
const DEFAULT_THRESHOLDS: RequestThresholds = { tcpBytes: 0, udpBytes: 150 };

/** Progress of the decoder. */
interface DecodeProgress {
  readonly packets: number;
  /** Bytes of the decompressed content read so far. */
  readonly byteOffset: number;
}

export interface DecodeOptions {
  /** Payload above which an upstream packet is a request. Default: 0 bytes on TCP, 150 on UDP. */
  readonly requestThresholds?: RequestThresholds;
  /** 32 bytes. If given, client addresses are replaced before the sink sees them. Default: they are kept. */
  readonly anonymiseKey?: Uint8Array | undefined;
  /** Rows of a full packet batch. Default 65,536. */
  readonly batchRows?: number;
  /** If false, `contentHash` is empty and the time of hashing is saved. Default true. */
  readonly hashContent?: boolean;
  /** Called after every chunk that the source yields, and at the end. */
  readonly onProgress?: (progress: DecodeProgress) => void;
  /** Aborting rejects the call with the signal's reason, at the next chunk or batch. */
  readonly signal?: AbortSignal;
}

/** Between the contents of two files. */
const FILE_BORDER = new TextEncoder().encode('vqi: next file of the capture');

/** What was read of one file; without a reader, the file is no capture, and `cut` says why. */
interface FilePart {
  readonly reader: RecordReader | null;
  readonly compression: CaptureSummary['compression'];
  /** Of the decompressed content. */
  readonly contentBytes: number;
  readonly cut: Readonly<NonNullable<CaptureSummary['cut']>> | null;
}

/**
 * Decodes a packet capture: classic pcap or pcapng, plain or compressed by gzip, xz or zstd, detected from its content. Each captured packet
 * becomes one row, decodable or not. Memory is bounded by the number of flows, about 300 bytes each, and one batch;
 * with `anonymiseKey` also by the number of DNS answers.
 *
 * @param source the file's bytes, in chunks of any size; each chunk is used before the next is requested. Several files, in
 *   the order of time, are one capture: flows, names and segments go on over their borders
 * @throws CaptureFormatError if the source is not a capture, or has no packet before the first inconsistent byte; of several
 *   files, if none is a capture. A capture that ends too early, or has a record whose length lies, or damaged compressed data, is decoded up to that
 *   point, and `cut` in the result says where
 */
export async function decodeCapture(
  source: AsyncIterable<Uint8Array> | readonly AsyncIterable<Uint8Array>[],
  options: DecodeOptions,
  sink: CaptureSink,
): Promise<CaptureSummary> {
  const { signal, onProgress } = options;
  const files = isList(source) ? source : [source];
  const assembler = new CaptureAssembler(
    options.requestThresholds ?? DEFAULT_THRESHOLDS,
    options.batchRows ?? DEFAULT_BATCH_ROWS,
  );
  const anonymised =
    options.anonymiseKey === undefined ? null : new AnonymisingSink(sink, options.anonymiseKey);
  const rowSink = anonymised ?? sink;
  const flush = async () => {
    signal?.throwIfAborted();
    if (assembler.packets.rows > 0) await rowSink.packets(assembler.packets.take());
    if (assembler.segments.rows > 0) await rowSink.segments(assembler.segments.take());
  };
  const flushDns = async (fromRows: number) => {
    const { dns } = assembler;
    if (dns.rows < fromRows) return;
    const { messages, answers } = dns.take();
    if (messages.length > 0) await rowSink.dnsMessages(messages);
    if (answers.length > 0) await rowSink.dnsAnswers(answers);
  };
  signal?.throwIfAborted();
  const hash = options.hashContent === false ? null : new ContentHash();
  const parts: FilePart[] = [];
  let faultOfFirst: CaptureFormatError | null = null;
  let bytesBefore = 0;
  for (const [index, file] of files.entries()) {
    // Content that is divided otherwise is another capture.
    if (index > 0) hash?.update(FILE_BORDER);
    try {
      const part = await readFile(file);
      parts.push(part);
      bytesBefore += part.contentBytes;
    } catch (error) {
      if (!(error instanceof CaptureFormatError) || files.length === 1) throw error;
      faultOfFirst ??= error;
      parts.push({ reader: null, compression: 'none', contentBytes: 0, cut: error });
    }
  }
  const readable = parts.find(({ reader }) => reader !== null);
  if (!readable?.reader) throw faultOfFirst ?? notACapture();
  assembler.finish();
  await flush();
  await flushDns(0);
  await anonymised?.clients(assembler.flows.list(ROWS_PER_CALL));
  for (const flows of assembler.flows.list(ROWS_PER_CALL)) await rowSink.flows(flows);
  const { names } = assembler.names;
  for (let start = 0; start < names.length; start += ROWS_PER_CALL) {
    await rowSink.serverNames(names.slice(start, start + ROWS_PER_CALL));
  }
  onProgress?.({ packets: assembler.packetCount, byteOffset: bytesBefore });

  const hasPackets = assembler.packetCount > 0;
  return {
    format: readable.reader.format,
    compression: readable.compression,
    contentHash: hash?.digest() ?? '',
    linkTypes: [...new Set(parts.flatMap(({ reader }) => [...(reader?.linkTypes ?? [])]))],
    packets: assembler.packetCount,
    wireBytes: assembler.wireBytes,
    capturedBytes: assembler.capturedBytes,
    firstUs: hasPackets ? assembler.firstUs : null,
    lastUs: hasPackets ? assembler.lastUs : null,
    cut: cutOf(parts),
    faults: assembler.faults.list(),
  };

  async function readFile(file: AsyncIterable<Uint8Array>): Promise<FilePart> {
    const content = await openContent(file);
    const { compression, chunks } = content;
    const queue = new ByteQueue();
    const packetsBefore = assembler.packetCount;
    let reader: RecordReader | null = null;
    let end: ContentEnd;
    let contentBytes = 0;
    /** The first record that cannot be true: nothing behind it is read, as in tcpdump. */
    let lie: CaptureFormatError | null = null;
    try {
      for (;;) {
        const next = await chunks.next();
        signal?.throwIfAborted();
        if (next.done === true) {
          end = next.value;
          break;
        }
        hash?.update(next.value);
        contentBytes += next.value.length;
        if (lie === null) {
          queue.append(next.value);
          try {
            do {
              reader ??= chooseReader(queue);
              while (reader && !reader.drain(queue, assembler)) await flush();
            } while (queue.advance());
          } catch (error) {
            if (!(error instanceof CaptureFormatError) || assembler.packetCount === packetsBefore)
              throw error;
            lie = error;
          }
          await flushDns(ROWS_PER_CALL);
        }
        const byteOffset = bytesBefore + (lie === null ? queue.byteOffset : contentBytes);
        onProgress?.({ packets: assembler.packetCount, byteOffset });
      }
    } finally {
      await chunks.return('whole');
    }
    if (end === 'damaged' && assembler.packetCount === packetsBefore)
      throw damagedContent(compression, contentBytes);
    if (!reader?.headerRead) throw missingHeader(queue, reader, end, compression);

    const describeCut = (): CaptureSummary['cut'] => {
      const { byteOffset, length } = queue;
      if (lie !== null) {
        const rest = contentBytes - lie.byteOffset;
        return { byteOffset: lie.byteOffset, reason: `${lie.reason}; the last ${rest} bytes are not read` };
      }
      if (end === 'cut') return { byteOffset, reason: `${compression} data ends early` };
      if (end === 'damaged') {
        return {
          byteOffset,
          reason: `${compression} data is damaged before byte ${content.bytesRead()} of the file`,
        };
      }
      if (length > 0)
        return { byteOffset, reason: `file ends inside a record, after ${length} of its bytes` };
      return null;
    };
    return { reader, compression, contentBytes, cut: describeCut() };
  }
}

/** The first file that was not read to its end, and how many others there are. */
function cutOf(parts: readonly FilePart[]): CaptureSummary['cut'] {
  const index = parts.findIndex(({ cut }) => cut !== null);
  const cut = parts[index]?.cut;
  if (cut === null || cut === undefined) return null;
  const { byteOffset, reason } = cut;
  if (parts.length === 1) return { byteOffset, reason };
  const others = parts.filter((part) => part.cut !== null).length - 1;
  return {
    byteOffset,
    reason: `file ${index + 1} of ${parts.length}: ${reason}${others === 0 ? '' : `; ${countText(others, 'further file')} likewise`}`,
  };
}

function isList<Item>(source: Item | readonly Item[]): source is readonly Item[] {
  return Array.isArray(source);
}

function missingHeader(
  queue: ByteQueue,
  reader: RecordReader | null,
  end: ContentEnd,
  compression: CaptureSummary['compression'],
): CaptureFormatError {
  const byteOffset = queue.length;
  if (end === 'cut') {
    const reason = `${compression} data ends before a capture begins`;
    return new CaptureFormatError(reason, { kind: 'cut-header', byteOffset });
  }
  if (byteOffset === 0) return new CaptureFormatError('empty file', { kind: 'empty', byteOffset });
  if (!reader) return notACapture();
  return new CaptureFormatError('file ends inside its header', { kind: 'cut-header', byteOffset });
}

function damagedContent(compression: CaptureSummary['compression'], byteOffset: number): CaptureFormatError {
  return new CaptureFormatError(`damaged ${compression} data`, { kind: 'damaged-content', byteOffset });
}
