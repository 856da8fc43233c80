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
  /** Names of several files, for messages. Default: their numbers. */
  readonly fileNames?: readonly string[] | undefined;
  /** Rows of a full packet batch. Default 65,536. */
  readonly batchRows?: number;
  /** If true, a file of several that cannot be read is an error. Default: it is left out, and `cut` says why. */
  readonly strict?: boolean | undefined;
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
 *   files, if none is a capture or, if `strict`, one is not. A capture that ends too early, or has a record whose length lies, or damaged compressed data, is decoded up to that
 *   point, and `cut` in the result says where
 */
export async function decodeCapture(
  source: AsyncIterable<Uint8Array> | readonly AsyncIterable<Uint8Array>[],
  options: DecodeOptions,
  sink: CaptureSink,
): Promise<CaptureSummary> {
  const files = isList(source) ? source : [source];
  const decoding = new Decoding(options, sink);
  options.signal?.throwIfAborted();
  for (const file of files) await decoding.read(file, files.length);
  return await decoding.finish();
}

/** One run of the decoder over the files of a capture. */
class Decoding {
  readonly #options: DecodeOptions;
  readonly #assembler: CaptureAssembler;
  readonly #anonymised: AnonymisingSink | null;
  readonly #sink: CaptureSink;
  readonly #hash: ContentHash | null;
  readonly #parts: FilePart[] = [];
  /** Of the content of the files before. */
  #bytesBefore = 0;

  constructor(options: DecodeOptions, sink: CaptureSink) {
    this.#options = options;
    this.#assembler = new CaptureAssembler(
      options.requestThresholds ?? DEFAULT_THRESHOLDS,
      options.batchRows ?? DEFAULT_BATCH_ROWS,
    );
    this.#anonymised =
      options.anonymiseKey === undefined ? null : new AnonymisingSink(sink, options.anonymiseKey);
    this.#sink = this.#anonymised ?? sink;
    this.#hash = options.hashContent === false ? null : new ContentHash();
  }

  /** Reads the next of `total` files. @throws CaptureFormatError if nothing of it can be read, and it must be */
  async read(file: AsyncIterable<Uint8Array>, total: number): Promise<void> {
    // Content that is divided otherwise is another capture.
    if (this.#parts.length > 0) this.#hash?.update(FILE_BORDER);
    try {
      const part = await this.#readFile(file);
      this.#parts.push(part);
      this.#bytesBefore += part.contentBytes;
    } catch (error) {
      if (!(error instanceof CaptureFormatError) || total === 1) throw error;
      if (this.#options.strict === true) {
        error.message = `${this.#nameOf(this.#parts.length, total)}: ${error.message}`;
        throw error;
      }
      this.#parts.push({ reader: null, compression: 'none', contentBytes: 0, cut: error });
    }
  }

  /** Passes on what is left. @throws CaptureFormatError if no file could be read */
  async finish(): Promise<CaptureSummary> {
    const parts = this.#parts;
    const readable = parts.find(({ reader }) => reader !== null);
    if (!readable?.reader) {
      const [first] = parts;
      throw first?.cut instanceof CaptureFormatError ? first.cut : notACapture();
    }
    const assembler = this.#assembler;
    assembler.finish();
    await this.#flush();
    await this.#flushDns(0);
    await this.#anonymised?.clients(assembler.flows.list(ROWS_PER_CALL));
    for (const flows of assembler.flows.list(ROWS_PER_CALL)) await this.#sink.flows(flows);
    const { names } = assembler.names;
    for (let start = 0; start < names.length; start += ROWS_PER_CALL) {
      await this.#sink.serverNames(names.slice(start, start + ROWS_PER_CALL));
    }
    this.#options.onProgress?.({ packets: assembler.packetCount, byteOffset: this.#bytesBefore });
    const hasPackets = assembler.packetCount > 0;
    return {
      format: readable.reader.format,
      compression: readable.compression,
      contentHash: this.#hash?.digest() ?? '',
      linkTypes: [...new Set(parts.flatMap(({ reader }) => [...(reader?.linkTypes ?? [])]))],
      packets: assembler.packetCount,
      wireBytes: assembler.wireBytes,
      capturedBytes: assembler.capturedBytes,
      firstUs: hasPackets ? assembler.firstUs : null,
      lastUs: hasPackets ? assembler.lastUs : null,
      cut: this.#cutOf(parts),
      faults: assembler.faults.list(),
    };
  }

  #nameOf(index: number, total: number): string {
    const name = this.#options.fileNames?.[index];
    return `${name === undefined ? '' : `${name}, `}file ${index + 1} of ${total}`;
  }

  /** The first file that was not read to its end, and how many others there are. */
  #cutOf(parts: readonly FilePart[]): CaptureSummary['cut'] {
    const bad = parts.flatMap(({ cut }, index) => (cut === null ? [] : [{ cut, index }]));
    const [first, ...others] = bad;
    if (first === undefined) return null;
    const { byteOffset, reason } = first.cut;
    if (parts.length === 1) return { byteOffset, reason };
    const nameOf = ({ index }: { index: number }): string => this.#nameOf(index, parts.length);
    const further =
      others[0] === undefined
        ? ''
        : `; ${countText(others.length, 'further file')} cannot be read to the end either, such as ${nameOf(others[0])}: ${others[0].cut.reason}`;
    return { byteOffset, reason: `${nameOf(first)}: ${reason}${further}` };
  }

  async #readFile(file: AsyncIterable<Uint8Array>): Promise<FilePart> {
    const { signal, onProgress } = this.#options;
    const assembler = this.#assembler;
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
        this.#hash?.update(next.value);
        contentBytes += next.value.length;
        if (lie === null) {
          queue.append(next.value);
          try {
            do {
              reader ??= chooseReader(queue);
              while (reader && !reader.drain(queue, assembler)) await this.#flush();
            } while (queue.advance());
          } catch (error) {
            if (!(error instanceof CaptureFormatError) || assembler.packetCount === packetsBefore)
              throw error;
            lie = error;
          }
          await this.#flushDns(ROWS_PER_CALL);
        }
        const byteOffset = this.#bytesBefore + (lie === null ? queue.byteOffset : contentBytes);
        onProgress?.({ packets: assembler.packetCount, byteOffset });
      }
    } finally {
      await chunks.return('whole');
    }
    if (end === 'damaged' && assembler.packetCount === packetsBefore)
      throw damagedContent(compression, contentBytes);
    if (!reader?.headerRead) throw missingHeader(queue, reader, end, compression);
    const cut = cutAt(queue, lie, end, { compression, contentBytes, fileBytes: content.bytesRead() });
    return { reader, compression, contentBytes, cut };
  }

  async #flush(): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const { packets, segments } = this.#assembler;
    if (packets.rows > 0) await this.#sink.packets(packets.take());
    if (segments.rows > 0) await this.#sink.segments(segments.take());
  }

  async #flushDns(fromRows: number): Promise<void> {
    const { dns } = this.#assembler;
    if (dns.rows < fromRows) return;
    const { messages, answers } = dns.take();
    if (messages.length > 0) await this.#sink.dnsMessages(messages);
    if (answers.length > 0) await this.#sink.dnsAnswers(answers);
  }
}

/** Where and why a file was not read to its end; null: it was. */
function cutAt(
  { byteOffset, length }: ByteQueue,
  lie: CaptureFormatError | null,
  end: ContentEnd,
  read: {
    readonly compression: CaptureSummary['compression'];
    readonly contentBytes: number;
    /** Of the file as it is stored. */
    readonly fileBytes: number;
  },
): CaptureSummary['cut'] {
  if (lie !== null) {
    const rest = read.contentBytes - lie.byteOffset;
    return { byteOffset: lie.byteOffset, reason: `${lie.reason}; the last ${rest} bytes are not read` };
  }
  if (end === 'cut') return { byteOffset, reason: `${read.compression} data ends early` };
  if (end === 'damaged') {
    const reason = `${read.compression} data is damaged before byte ${read.fileBytes} of the file`;
    return { byteOffset, reason };
  }
  return length > 0
    ? { byteOffset, reason: `file ends inside a record, after ${length} of its bytes` }
    : null;
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
