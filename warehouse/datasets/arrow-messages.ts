import { open, type FileHandle } from 'node:fs/promises';
import {
  Message,
  MetadataVersion,
  RecordBatchReader,
  type DataType,
  type MessageHeader,
  type Schema,
} from 'apache-arrow';
import { countText } from '../../common/count-text.js';
import { DatasetError } from '../../common/dataset-error.js';
import { checkBatchHeader, LONGEST_BODY_BYTES } from './arrow-layout.js';
import { BLOCK_BYTES, DICTIONARY_BLOCKS, FOOTER, MESSAGE, RECORD_BATCH_BLOCKS } from './arrow-metadata.js';
import { FlatbufferCheck } from './flatbuffer-check.js';

const MAGIC = 'ARROW1';
/** The magic of a file, padded to 8 bytes, is in front of its first message. */
const MAGIC_BYTES = 8;
/** A file ends with the length of its footer and the magic. */
const TRAILER_BYTES = 10;
/** In front of a vector of a FlatBuffer is its length. */
const LENGTH_BYTES = 4;
const READ_BYTES = 1 << 26;
/** Parts of a dictionary: each is looked through again for every value. */
const MOST_DICTIONARY_PARTS = 4096;

type DictionaryHeader = ReturnType<Message<MessageHeader.DictionaryBatch>['header']>;

interface ArrowMessage {
  /** Its length, then its metadata, as in the file. */
  readonly metadata: Uint8Array;
  readonly body: Uint8Array;
  readonly message: Message;
  /** Where the next one begins. */
  readonly end: number;
}

/**
 * The messages of an Arrow file or stream, as the bytes of a stream. Each is checked first: that what its metadata counts and points
 * to is there (the library believes any count), and that the batch has the values that it claims. A file's batches come in the
 * order of its footer, without the whole file in memory.
 * @param note gets what was left out, or may be missing
 * @throws DatasetError that says which message and where
 */
export async function* arrowMessages(path: string, note: (text: string) => void): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const isFile = (await bytesAt(file, 0, Math.min(size, MAGIC.length))).toString('latin1') === MAGIC;
    const footer = isFile ? await footerOf(file, size) : null;
    const { end, blocks } = footer ?? { end: size, blocks: null };
    let at = 0;
    let schema = footer?.schema;
    if (schema === undefined) {
      const first = await messageAt(file, 0, end, 'the schema');
      if (first?.message.isSchema() !== true)
        throw new DatasetError('the Arrow file does not begin with a schema');
      schema = first.message.header();
      at = first.end;
    }
    if (schema.metadataVersion < MetadataVersion.V4)
      throw new DatasetError('the file is of Arrow before 0.8: save it anew, with a current version');
    yield messageBytes(schema);
    const check = new MessageCheck(schema, isFile);
    let number = 0;
    for (;;) {
      const block = blocks === null ? at : blocks[number];
      if (block === undefined) return;
      const what = `message ${number + 1} at byte ${block}`;
      const next = await messageAt(file, block, end, what);
      if (next === null) {
        if (blocks === null) {
          await checkEnd(file, block, end, note);
          return;
        }
        throw new DatasetError(`${what} is empty`);
      }
      check.message(next, what);
      yield next.metadata;
      yield next.body;
      at = next.end;
      number += 1;
    }
  } finally {
    await file.close();
  }
}

/** A schema as the first message of a stream. */
function messageBytes(schema: Schema): Uint8Array {
  const content = Message.encode(Message.from(schema));
  const length = Math.ceil(content.length / 8) * 8;
  const bytes = Buffer.alloc(8 + length);
  bytes.writeInt32LE(-1, 0);
  bytes.writeInt32LE(length, 4);
  bytes.set(content, 8);
  return bytes;
}

/** A file's schema, where its messages end, and where each begins. Files of apache-arrow in JavaScript have the schema here alone. */
async function footerOf(
  file: FileHandle,
  size: number,
): Promise<{ schema: Schema; end: number; blocks: number[] }> {
  const trailer = await bytesAt(file, Math.max(0, size - TRAILER_BYTES), Math.min(size, TRAILER_BYTES));
  if (trailer.length < TRAILER_BYTES || trailer.toString('latin1', 4) !== MAGIC)
    throw new DatasetError('the Arrow file has no end: it is cut or was not closed');
  const length = trailer.readInt32LE(0);
  const end = size - TRAILER_BYTES - length;
  if (length <= 0 || end < MAGIC_BYTES)
    throw new DatasetError(`the footer of the Arrow file claims ${length} bytes, and the file has ${size}`);
  const footer = await bytesAt(file, end, length);
  const check = new FlatbufferCheck(footer);
  const table = inPlace('the footer', () => check.root(FOOTER));
  const blocks = [DICTIONARY_BLOCKS, RECORD_BATCH_BLOCKS].flatMap((field) => {
    const vector = check.vector(table, field);
    return Array.from({ length: vector?.length ?? 0 }, (_, number) =>
      Number(footer.readBigInt64LE((vector?.start ?? 0) + number * BLOCK_BYTES)),
    );
  });
  // The library would read the dictionaries, which are not in these bytes.
  const dictionaries = check.vector(table, DICTIONARY_BLOCKS);
  if (dictionaries !== null) footer.writeUInt32LE(0, dictionaries.start - LENGTH_BYTES);
  const { schema } = inPlace('the footer', () =>
    RecordBatchReader.from(Buffer.concat([Buffer.from(`${MAGIC}\0\0`), footer, trailer])).open(),
  );
  return { schema, end, blocks };
}

/** The message at a place; null at the end of the messages. */
async function messageAt(
  file: FileHandle,
  start: number,
  end: number,
  what: string,
): Promise<ArrowMessage | null> {
  const beyond = (bytes: number, at: number): DatasetError =>
    new DatasetError(
      `${what} claims ${bytes} bytes, and there are ${Math.max(0, end - at)}: the file is cut or damaged`,
    );
  if (start === end) return null;
  if (start < 0 || start + 4 > end) throw beyond(4, start);
  const head = await bytesAt(file, start, Math.min(8, end - start));
  // Files of Arrow before 0.15 have the length alone.
  const isMarked = head.readInt32LE(0) === -1;
  if (isMarked && head.length < 8) throw beyond(8, start);
  const prefix = isMarked ? 8 : 4;
  const length = head.readInt32LE(prefix - 4);
  if (length === 0) return null;
  const bodyAt = start + prefix + length;
  if (length < 0 || bodyAt > end) throw beyond(length, start + prefix);
  const metadata = await bytesAt(file, start, prefix + length);
  const content = metadata.subarray(prefix);
  const message = inPlace(what, () => {
    new FlatbufferCheck(content).root(MESSAGE);
    return Message.decode(content);
  });
  const { bodyLength } = message;
  if (bodyLength < 0 || bodyAt + bodyLength > end) throw beyond(bodyLength, bodyAt);
  if (bodyLength > LONGEST_BODY_BYTES)
    throw new DatasetError(
      `${what} has ${bodyLength} bytes, too many at once: save the table in smaller batches`,
    );
  return { metadata, body: await bytesAt(file, bodyAt, bodyLength), message, end: bodyAt + bodyLength };
}

/** Notes what is behind the end of a stream, and that it has no mark of its end. @throws DatasetError if another stream follows */
async function checkEnd(
  file: FileHandle,
  mark: number,
  end: number,
  note: (text: string) => void,
): Promise<void> {
  if (mark === end) {
    note(
      'the Arrow stream has no mark of its end, as if its writer was stopped: the last rows may be missing',
    );
    return;
  }
  const head = await bytesAt(file, mark, Math.min(12, end - mark));
  const behind = mark + (head.readInt32LE(0) === -1 ? 8 : 4);
  if (behind === end) return;
  if (head.length === 12 && head.readInt32LE(behind - mark) === -1)
    throw new DatasetError(
      `a second Arrow stream begins at byte ${behind}: write all batches into one stream, or name the streams one by one`,
    );
  note(`${countText(end - behind, 'byte')} behind the end of the Arrow stream are not read`);
}

/** Checks the messages behind the schema, one after the other. */
class MessageCheck {
  /** The parts of each dictionary that count now, and their bytes. */
  readonly #dictionaries = new Map<number, { parts: number; bytes: number }>();

  constructor(
    private readonly schema: Schema,
    private readonly isFile: boolean,
  ) {}

  message({ message, body }: ArrowMessage, what: string): void {
    const { fields, metadataVersion } = this.schema;
    inPlace(what, () => {
      if (message.isRecordBatch())
        checkBatchHeader(
          message.header(),
          fields as { name: string; type: DataType }[],
          body,
          metadataVersion,
        );
      else if (message.isDictionaryBatch()) this.#dictionary(message.header(), body);
      else throw new DatasetError('it is neither a batch nor a dictionary');
    });
  }

  /** All parts of a dictionary stay in memory, so that many small or few large ones are refused. */
  #dictionary({ id, data, isDelta }: DictionaryHeader, body: Uint8Array): void {
    const type = this.schema.dictionaries.get(id);
    if (type === undefined) throw new DatasetError(`no column has the dictionary ${id}`);
    const columns = [{ name: `of dictionary ${id}`, type }];
    const bytes = checkBatchHeader(data, columns, body, this.schema.metadataVersion);
    const before = this.#dictionaries.get(id);
    if (before !== undefined && !isDelta && this.isFile)
      throw new DatasetError(
        `dictionary ${id} comes a second time: a file may add to a dictionary, but not replace it; save the table as a stream`,
      );
    const parts = isDelta ? (before?.parts ?? 0) + 1 : 1;
    this.#dictionaries.set(id, { parts, bytes: bytes + (isDelta ? (before?.bytes ?? 0) : 0) });
    if (parts > MOST_DICTIONARY_PARTS)
      throw new DatasetError(
        `dictionary ${id} has more than ${MOST_DICTIONARY_PARTS} parts: save the table with whole dictionaries`,
      );
    const all = [...this.#dictionaries.values()].reduce((sum, dictionary) => sum + dictionary.bytes, 0);
    if (all > LONGEST_BODY_BYTES)
      throw new DatasetError(
        `the dictionaries have more than ${LONGEST_BODY_BYTES} bytes: save the table without dictionaries`,
      );
  }
}

/** Runs `work`; what it throws is said to be of this part of the file. */
function inPlace<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DatasetError(`${what} cannot be read as Arrow: ${reason}`, { cause });
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, Math.min(READ_BYTES, length - read), position + read);
    if (bytesRead === 0) throw new DatasetError('the file has become shorter while it was read');
    read += bytesRead;
  }
  return bytes;
}
