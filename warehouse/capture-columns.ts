import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import {
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Uint16,
  Uint32,
  Uint8,
  type Data,
  type DataType,
} from 'apache-arrow';
import type { PacketBatch, SegmentBatch } from '../schemas/capture.js';

type ColumnArray = BigInt64Array | Float64Array | Uint32Array | Uint16Array | Uint8Array;
export type ColumnBatch = { readonly rows: number; readonly columns: Readonly<Record<string, ColumnArray>> };

const PACKET_SCHEMA = schema<PacketBatch>({
  timestamp_us: new Int64(),
  wire_length: new Uint32(),
  captured_length: new Uint32(),
  flow_id: new Uint32(),
  is_upstream: new Uint8(),
  payload_length: new Uint32(),
  tcp_flags: new Uint16(),
  tcp_seq: new Uint32(),
  tcp_ack: new Uint32(),
  tcp_window: new Uint16(),
  segment_index: new Uint32(),
});

const SEGMENT_SCHEMA = schema<SegmentBatch>({
  flow_id: new Uint32(),
  segment_index: new Uint32(),
  request_us: new Int64(),
  request_bytes: new Uint32(),
  first_byte_us: new Int64(),
  last_byte_us: new Int64(),
  downstream_bytes: new Float64(),
  retransmitted_bytes: new Float64(),
  downstream_packets: new Uint32(),
  is_closed: new Uint8(),
});

function schema<Batch>(types: { [Name in Exclude<keyof Batch, 'rows'>]: DataType }): Schema {
  return new Schema(Object.entries<DataType>(types).map(([name, type]) => new Field(name, type, false)));
}

/** Writes batches of typed arrays to an Arrow IPC stream file, one record batch each, without holding them. */
export class ColumnsWriter<Batch extends { readonly rows: number }> {
  private constructor(
    private readonly arrowSchema: Schema,
    private readonly writer: RecordBatchStreamWriter,
    private readonly written: Promise<number>,
  ) {}

  static packets(path: string): Promise<ColumnsWriter<PacketBatch>> {
    return ColumnsWriter.open<PacketBatch>(path, PACKET_SCHEMA);
  }

  static segments(path: string): Promise<ColumnsWriter<SegmentBatch>> {
    return ColumnsWriter.open<SegmentBatch>(path, SEGMENT_SCHEMA);
  }

  private static async open<B extends { readonly rows: number }>(
    path: string,
    arrowSchema: Schema,
  ): Promise<ColumnsWriter<B>> {
    const file = await open(path, 'w');
    const writer = new RecordBatchStreamWriter();
    writer.reset(undefined, arrowSchema);
    const written = (async () => {
      let bytes = 0;
      try {
        for await (const part of writer) bytes += (await file.write(part)).bytesWritten;
      } finally {
        await file.close();
      }
      return bytes;
    })();
    written.catch(() => undefined);
    return new ColumnsWriter<B>(arrowSchema, writer, written);
  }

  /** The batch's arrays are read before this returns to the event loop's next turn; do not reuse them before. */
  write(batch: Batch): void {
    const arrays = new Map<string, unknown>(Object.entries(batch));
    const children = this.arrowSchema.fields.map((field): Data => {
      const values = arrays.get(field.name);
      if (!ArrayBuffer.isView(values)) throw new TypeError(`batch has no column ${field.name}`);
      // The element type of `values` follows from the schema; the overloads need one concrete pair.
      const data = values as unknown as Uint32Array;
      return makeData({ type: field.type as Uint32, length: batch.rows, nullCount: 0, data });
    });
    const struct = makeData({
      type: new Struct(this.arrowSchema.fields),
      length: batch.rows,
      nullCount: 0,
      children,
    });
    this.writer.write(new RecordBatch(this.arrowSchema, struct));
  }

  /** Ends the file. @returns its bytes. */
  async close(): Promise<number> {
    this.writer.finish();
    return await this.written;
  }
}

/** Reads such a file batch by batch; the arrays are exactly `rows` long. */
export async function* readColumns(path: string): AsyncGenerator<ColumnBatch> {
  const reader = await RecordBatchReader.from(createReadStream(path, { highWaterMark: 1 << 20 }));
  for await (const batch of reader) {
    const columns = Object.fromEntries(
      batch.schema.fields.map((field, index) => [
        field.name,
        columnValues(batch, index).subarray(0, batch.numRows),
      ]),
    );
    yield { rows: batch.numRows, columns };
  }
}

function columnValues(batch: RecordBatch, index: number): ColumnArray {
  const values: unknown = batch.data.children[index]?.values;
  if (
    values instanceof BigInt64Array ||
    values instanceof Float64Array ||
    values instanceof Uint32Array ||
    values instanceof Uint16Array ||
    values instanceof Uint8Array
  ) {
    return values;
  }
  throw new TypeError(`column ${index} of the file is of an unexpected type`);
}
