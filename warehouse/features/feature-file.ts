import { readFile, writeFile } from 'node:fs/promises';
import {
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
  type Data,
} from 'apache-arrow';
import type { FeatureRows } from '../../schemas/feature-rows.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/** Columns of a feature file that are not features. */
const KEY_COLUMNS = [
  'fold',
  'session_id',
  'session_group',
  'window_index',
  'window_start_us',
  'resolution_px',
  'since_switch_seconds',
  'is_spliced',
  'service',
  'has_media',
] as const;

/**
 * Writes a table of the current run to an Arrow IPC file (one record batch, uncompressed), rows in key order.
 * @param of `sessions`: the rows are of sessions of captures; `spliced`: further rows, a table with the same features
 * @returns the number of rows.
 */
export async function writeFeatureFile(
  warehouse: Warehouse,
  table: string,
  path: string,
  { sessions = false, spliced = null }: { sessions?: boolean; spliced?: string | null } = {},
): Promise<number> {
  const columns = (
    await warehouse.rows(
      'select column_name from duckdb_columns() where table_name = $table and schema_name = current_schema() order by column_index',
      { table },
    )
  ).map((row) => String(row['column_name']));
  const features = columns.filter((name) => !(KEY_COLUMNS as readonly string[]).includes(name));
  const rowsOf = (name: string, isSpliced: boolean): string =>
    sessions && !isSpliced
      ? `select ${selected.join(', ')}, 0 as is_spliced, service, has_media::integer as has_media
        from ${identifier(name)} join (select session_id, service, has_media from sessions) using (session_id)`
      : `select ${selected.join(', ')}, ${Number(isSpliced)} as is_spliced, '' as service, 1 as has_media from ${identifier(name)}`;
  const selected = [
    'fold::double as fold',
    'session_id',
    'session_group',
    'window_index',
    'window_start_us::double as window_start_us',
    'resolution_px::double as resolution_px',
    `${columns.includes('since_switch_seconds') ? 'since_switch_seconds' : 'null'}::double as since_switch_seconds`,
    ...features.map((name) => `${identifier(name)}::double as ${identifier(name)}`),
  ];
  const reader = await warehouse.connection.runAndReadAll(
    `${rowsOf(table, false)} ${spliced === null ? '' : `union all by name ${rowsOf(spliced, true)}`} order by is_spliced, session_id, window_index`,
  );
  const rows = reader.currentRowCount;
  const read = reader.getColumns();
  const numbers = (index: number): Data => {
    const values = Float64Array.from(read[index] ?? [], (value) => (typeof value === 'number' ? value : NaN));
    return makeData({ type: new Float64(), length: rows, nullCount: 0, data: values });
  };
  const text = (index: number): Data => {
    const [data] = vectorFromArray((read[index] ?? []).map(String), new Utf8()).data;
    return (
      data ??
      makeData({
        type: new Utf8(),
        length: 0,
        nullCount: 0,
        valueOffsets: new Int32Array(1),
        data: new Uint8Array(),
      })
    );
  };
  const index = Int32Array.from(read[3] ?? [], Number);
  const children: Data[] = [
    numbers(0),
    text(1),
    text(2),
    makeData({ type: new Int32(), length: rows, nullCount: 0, data: index }),
    numbers(4),
    numbers(5),
    numbers(6),
    numbers(selected.length),
    text(selected.length + 1),
    numbers(selected.length + 2),
    ...features.map((_, feature) => numbers(selected.length - features.length + feature)),
  ];
  const names = [...KEY_COLUMNS, ...features];
  const schema = new Schema(
    children.map((child, column) => new Field(names[column] ?? '', child.type, false)),
  );
  const batch = new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children }),
  );
  await writeFile(path, tableToIPC(new Table([batch]), 'file'));
  return rows;
}

/** Reads a file that `writeFeatureFile` wrote. */
export async function readFeatureFile(path: string): Promise<FeatureRows> {
  const table = tableFromIPC(await readFile(path));
  const rows = table.numRows;
  const featureNames = table.schema.fields
    .map((field) => field.name)
    .filter((name) => !(KEY_COLUMNS as readonly string[]).includes(name));
  const doubles = (name: string): Float64Array => {
    const values: unknown = table.getChild(name)?.toArray();
    if (!(values instanceof Float64Array))
      throw new TypeError(`${path}: column ${name} does not contain doubles`);
    return values;
  };
  const strings = (name: string): string[] =>
    Array.from({ length: rows }, (_, row) => String(table.getChild(name)?.get(row)));
  const values = new Float64Array(rows * featureNames.length);
  for (const [feature, name] of featureNames.entries()) {
    const column = doubles(name);
    for (let row = 0; row < rows; row++) values[row * featureNames.length + feature] = column[row] ?? NaN;
  }
  const sessionIds = strings('session_id');
  const windowIndex: unknown = table.getChild('window_index')?.toArray();
  if (!(windowIndex instanceof Int32Array))
    throw new TypeError(`${path}: column window_index does not contain integers`);
  return {
    rows,
    featureNames,
    values,
    sessionIds,
    sessionGroups: strings('session_group'),
    windowIndex,
    startUs: doubles('window_start_us'),
    resolutionPx: doubles('resolution_px'),
    fold: doubles('fold'),
    // Files of earlier versions do not have the column.
    services: table.getChild('service') === null ? sessionIds.map(() => '') : strings('service'),
    hasMedia:
      table.getChild('has_media') === null
        ? new Uint8Array(rows).fill(1)
        : Uint8Array.from(doubles('has_media')),
    isSpliced:
      table.getChild('is_spliced') === null ? new Uint8Array(rows) : Uint8Array.from(doubles('is_spliced')),
    sinceSwitchSeconds: doubles('since_switch_seconds'),
  };
}
