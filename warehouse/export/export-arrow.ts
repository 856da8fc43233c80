import { open } from 'node:fs/promises';
import {
  Bool,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  List,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  makeData,
  vectorFromArray,
  type Data,
  type DataType,
} from 'apache-arrow';
import {
  DuckDBListValue,
  DuckDBTypeId,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '../core/duckdb.js';
import { identifier } from '../core/identifier.js';

/** How a column is selected, and its Arrow type. */
interface ArrowColumn {
  readonly name: string;
  readonly select: string;
  readonly type: DataType;
  readonly convert: (value: DuckDBValue) => unknown;
}

/** Writes the result of a query to an Arrow IPC file, in record batches of at most 2,048 rows, one in memory at a time. */
export async function exportArrow(connection: DuckDBConnection, query: string, path: string): Promise<void> {
  const described = await connection.runAndReadAll(`from (${query}) limit 0`);
  const columns = described.columnNames().map((name, at) => arrowColumn(name, described.columnType(at)));
  const schema = new Schema(columns.map(({ name, type }) => new Field(name, type, true)));
  const file = await open(path, 'w');
  try {
    const writer = new RecordBatchFileWriter();
    writer.reset(undefined, schema);
    const written = (async () => {
      for await (const part of writer) await file.write(part);
    })();
    const result = await connection.stream(
      `select ${columns.map(({ select }) => select).join(', ')} from (${query})`,
    );
    for await (const chunk of result) {
      const rows = chunk.rowCount;
      if (rows === 0) continue;
      const children = columns.map(({ type, convert }, at) =>
        dataOf(
          chunk.getColumnValues(at).map((value) => (value === null ? null : convert(value))),
          type,
        ),
      );
      const struct = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children });
      writer.write(new RecordBatch(schema, struct));
    }
    writer.finish();
    await written;
  } finally {
    await file.close();
  }
}

function arrowColumn(name: string, type: DuckDBType): ArrowColumn {
  const quoted = identifier(name);
  const column = (
    arrowType: DataType,
    select = quoted,
    convert: ArrowColumn['convert'] = (value) => value,
  ): ArrowColumn => ({
    name,
    select: select === quoted ? quoted : `${select} as ${quoted}`,
    type: arrowType,
    convert,
  });
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return column(new Bool());
    case DuckDBTypeId.TINYINT:
      return column(new Int8());
    case DuckDBTypeId.SMALLINT:
      return column(new Int16());
    case DuckDBTypeId.INTEGER:
      return column(new Int32());
    case DuckDBTypeId.BIGINT:
      return column(new Int64());
    case DuckDBTypeId.UTINYINT:
      return column(new Uint8());
    case DuckDBTypeId.USMALLINT:
      return column(new Uint16());
    case DuckDBTypeId.UINTEGER:
      return column(new Uint32());
    case DuckDBTypeId.UBIGINT:
      return column(new Uint64());
    case DuckDBTypeId.FLOAT:
      return column(new Float32());
    case DuckDBTypeId.DOUBLE:
      return column(new Float64());
    case DuckDBTypeId.DECIMAL:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return column(new Float64(), `${quoted}::double`);
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return column(new TimestampMicrosecond(), `epoch_us(${quoted})`);
    case DuckDBTypeId.LIST:
      if (isNumber(type))
        return column(new List(new Field('item', new Float64(), true)), `${quoted}::double[]`, (value) =>
          value instanceof DuckDBListValue ? value.items : null,
        );
      return column(new Utf8(), `to_json(${quoted})::varchar`);
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.ARRAY:
      return column(new Utf8(), `to_json(${quoted})::varchar`);
    default:
      return column(new Utf8(), `${quoted}::varchar`);
  }
}

const NUMBERS = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
]);

function isNumber(type: DuckDBType): boolean {
  return 'valueType' in type && NUMBERS.has(type.valueType.typeId);
}

function dataOf(values: readonly unknown[], type: DataType): Data {
  // The library builds timestamps from milliseconds as doubles, which lose microseconds.
  if (type instanceof TimestampMicrosecond) {
    const [times] = vectorFromArray(values, new Int64()).data;
    if (times === undefined) throw new RangeError('a column of no rows');
    const { length, nullCount, nullBitmap } = times;
    return makeData({ type, length, nullCount, nullBitmap, data: times.values });
  }
  const [data] = vectorFromArray(values, type).data;
  if (data === undefined) throw new RangeError('a column of no rows');
  return data;
}
