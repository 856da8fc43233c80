import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { countText } from '../../common/count-text.js';
import {
  NO_FLOW,
  NO_SEGMENT,
  NO_VALUE,
  type CaptureSummary,
  type DnsAnswer,
  type DnsMessage,
  type Flow,
  type ServerName,
} from '../../schemas/capture.js';
import { appendRows, ColumnAppender, type FixedWidthColumn, type FixedWidthType } from '../core/append.js';
import { BIGINT, INTEGER, list, LIST, listValue, UBIGINT, UINTEGER, VARCHAR } from '../core/duckdb.js';
import { identifier } from '../core/identifier.js';
import { readJson } from '../core/read-file.js';
import type { SqlRow, Warehouse } from '../core/warehouse.js';
import { PACKET_TYPES, SEGMENT_TYPES } from './capture-columns.js';
import { readColumnFile, type ColumnBatch, type ColumnTypes } from './column-file.js';
import type { DecodedFiles } from './decoded-files.js';

/** A decoded capture on disk, ready to be loaded. */
export interface DecodedCapture {
  /** Decimal string of the 60-bit key of content and decoder setting. */
  readonly captureId: string;
  /** Version and settings of the decoder. */
  readonly decoder: string;
  readonly files: DecodedFiles;
}

/** A capture on the worker's machine: one file, or several that are read as one. */
export interface CaptureFile {
  /** `recordedPath`. */
  readonly path: string;
  /** Of all its files. */
  readonly bytes: number;
  /** Time of its last change, microseconds since the Unix epoch. */
  readonly modifiedUs: number;
}

/**
 * The path of a capture in `capture_files`: that of its only file; else that of the first with a hash over all, because a series
 * is another capture than its first file alone, and than the same series with one file more.
 */
export function recordedPath({
  path,
  furtherPaths = [],
}: {
  readonly path: string;
  readonly furtherPaths?: readonly string[] | undefined;
}): string {
  if (furtherPaths.length === 0) return path;
  const hash = createHash('sha256').update(JSON.stringify([path, ...furtherPaths]));
  return `${path} and ${countText(furtherPaths.length, 'further file')} (${hash.digest('hex').slice(0, 16)})`;
}

/** Without a limit, DuckDB keeps written rows in memory, up to all that the machine has. */
const LOAD_MEMORY = '400MB';

/** For fewer bytes of text, DuckDB's compression of texts (FSST) takes a third of the time to close the file, and saves no space. */
const TEXT_BYTES = 1 << 24;

type ColumnSpec = readonly [name: string, type: FixedWidthType, nullValue?: number | bigint];

const PACKET_COLUMNS: readonly ColumnSpec[] = [
  ['timestamp_us', 'bigint'],
  ['wire_length', 'uinteger'],
  ['captured_length', 'uinteger'],
  ['flow_id', 'uinteger', NO_FLOW],
  ['is_upstream', 'boolean'],
  ['payload_length', 'uinteger'],
  ['tcp_flags', 'usmallint'],
  ['tcp_seq', 'uinteger'],
  ['tcp_ack', 'uinteger'],
  ['tcp_window', 'usmallint'],
  ['flow_gap_us', 'uinteger', NO_VALUE],
  ['tcp_in_flight', 'uinteger', NO_VALUE],
  ['tcp_rtt_us', 'uinteger', NO_VALUE],
  ['tcp_marks', 'utinyint'],
  ['segment_index', 'uinteger', NO_SEGMENT],
];

const SEGMENT_COLUMNS: readonly ColumnSpec[] = [
  ['flow_id', 'uinteger'],
  ['segment_index', 'uinteger'],
  ['request_us', 'bigint'],
  ['request_bytes', 'uinteger'],
  ['first_byte_us', 'bigint', 0n],
  ['last_byte_us', 'bigint', 0n],
  ['downstream_bytes', 'double'],
  ['retransmitted_bytes', 'double'],
  ['downstream_packets', 'uinteger'],
  ['is_closed', 'boolean'],
];

/** Names in the lines, in the order of the table's columns after `capture_id`, with the table's types. */
type LineColumns<Row> = { readonly [Name in keyof Row]: string };

const FLOW_COLUMNS: LineColumns<Flow> = {
  flowId: 'uinteger',
  ipVersion: 'utinyint',
  protocol: 'utinyint',
  clientAddress: 'varchar',
  serverAddress: 'varchar',
  clientPort: 'usmallint',
  serverPort: 'usmallint',
  clientBasis: 'varchar',
  firstUs: 'bigint',
  lastUs: 'bigint',
  packets: 'uinteger',
  wireBytes: 'ubigint',
};

const DNS_MESSAGE_COLUMNS: LineColumns<DnsMessage> = {
  packetIndex: 'uinteger',
  timestampUs: 'bigint',
  clientAddress: 'varchar',
  resolverAddress: 'varchar',
  transactionId: 'usmallint',
  isResponse: 'boolean',
  queryName: 'varchar',
  queryType: 'varchar',
  responseCode: 'varchar',
};

const DNS_ANSWER_COLUMNS: LineColumns<DnsAnswer> = {
  packetIndex: 'uinteger',
  timestampUs: 'bigint',
  clientAddress: 'varchar',
  transactionId: 'usmallint',
  queryName: 'varchar',
  name: 'varchar',
  type: 'varchar',
  data: 'varchar',
  ttlSeconds: 'uinteger',
};

const SERVER_NAME_COLUMNS: LineColumns<ServerName> = {
  flowId: 'uinteger',
  packetIndex: 'uinteger',
  timestampUs: 'bigint',
  protocol: 'varchar',
  version: 'varchar',
  name: 'varchar',
  hasEncryptedHello: 'boolean',
};

/** For each file, the capture in it if it was read before and has kept its size and time of change. */
export async function findUnchanged(
  warehouse: Warehouse,
  files: readonly CaptureFile[],
  decoder: string,
): Promise<(string | null)[]> {
  const known = await recordedFiles(warehouse, decoder);
  return files.map(({ path, bytes, modifiedUs }) => {
    const row = known.get(path);
    const isUnchanged = row?.['bytes'] === String(bytes) && row['modified_us'] === String(modifiedUs);
    return isUnchanged ? String(row['capture_id']) : null;
  });
}

/** For each file, the capture in it as it was read last, also if the file has changed since. */
export async function findRead(
  warehouse: Warehouse,
  files: readonly CaptureFile[],
  decoder: string,
): Promise<(string | null)[]> {
  const known = await recordedFiles(warehouse, decoder);
  return files.map(({ path }) => {
    const row = known.get(path);
    return row === undefined ? null : String(row['capture_id']);
  });
}

async function recordedFiles(warehouse: Warehouse, decoder: string): Promise<Map<unknown, SqlRow>> {
  const rows = await warehouse.rows(
    'select path, bytes::varchar as bytes, modified_us::varchar as modified_us, capture_id::varchar as capture_id from main.capture_files where decoder = $decoder',
    { decoder },
  );
  return new Map(rows.map((row) => [row['path'], row]));
}

/** A decoded capture, and the file that it comes from. */
export interface DecodedFile {
  readonly capture: DecodedCapture;
  readonly file: CaptureFile;
}

/** Records which captures files contain; the record of a file that changed is replaced. */
async function recordFiles(warehouse: Warehouse, files: readonly DecodedFile[]): Promise<void> {
  // A path may be twice in a list.
  const last = [
    ...new Map(files.map((each) => [`${each.file.path}\n${each.capture.decoder}`, each])).values(),
  ];
  await warehouse.run(
    'insert or replace into main.capture_files select unnest($paths), unnest($decoders), unnest($bytes), unnest($modified_us), unnest($ids)',
    {
      paths: list(
        last.map(({ file }) => file.path),
        VARCHAR,
      ),
      decoders: list(
        last.map(({ capture }) => capture.decoder),
        VARCHAR,
      ),
      bytes: list(
        last.map(({ file }) => BigInt(file.bytes)),
        UBIGINT,
      ),
      modified_us: list(
        last.map(({ file }) => BigInt(file.modifiedUs)),
        BIGINT,
      ),
      ids: list(
        last.map(({ capture }) => BigInt(capture.captureId)),
        BIGINT,
      ),
    },
  );
}

/**
 * Loads captures in one transaction, so that each is stored as a whole or not at all. If a capture is stored already, it is
 * left unchanged and its decoded files are not read; only the file is recorded. DuckDB keeps one thread and little memory
 * afterwards: reopen the warehouse for other work.
 * @returns how many captures were new
 */
export async function storeCaptures(
  warehouse: Warehouse,
  captures: readonly DecodedFile[],
  onProgress: (packetsLoaded: number) => Promise<void>,
): Promise<number> {
  await warehouse.run(`
    set memory_limit = '${LOAD_MEMORY}';
    -- Rows come from one thread: further threads only wait for them, at a quarter of the whole cost.
    set threads = 1;
    -- By default, DuckDB keeps five row groups in memory to compress them together.
    set write_buffer_row_group_count = 1`);
  return await warehouse.transaction(async () => {
    const ids = captures.map(({ capture }) => BigInt(capture.captureId));
    const rows = await warehouse.rows(
      'select capture_id::varchar as id from main.captures where capture_id in (select unnest($ids))',
      { ids: list(ids, BIGINT) },
    );
    const known = new Set(rows.map((row) => String(row['id'])));
    const before = known.size;
    for (const { capture } of captures) {
      if (known.has(capture.captureId)) continue;
      await insertCapture(warehouse, capture, onProgress);
      known.add(capture.captureId);
    }
    await recordFiles(warehouse, captures);
    return known.size - before;
  });
}

/** The same for one capture. @returns whether it was new */
export async function storeCapture(
  warehouse: Warehouse,
  capture: DecodedCapture,
  file: CaptureFile,
  onProgress: (packetsLoaded: number) => Promise<void>,
): Promise<boolean> {
  return (await storeCaptures(warehouse, [{ capture, file }], onProgress)) > 0;
}

async function insertCapture(
  warehouse: Warehouse,
  capture: DecodedCapture,
  onProgress: (packetsLoaded: number) => Promise<void>,
): Promise<void> {
  const { connection } = warehouse;
  const { files } = capture;
  const summary = JSON.parse(await readFile(files.summary, 'utf8')) as CaptureSummary;
  const id = BigInt(capture.captureId);
  const texts = [files.flows, files.dnsMessages, files.dnsAnswers, files.serverNames];
  const textBytes = texts.reduce((sum, path) => sum + statSync(path).size, 0);
  if (textBytes < TEXT_BYTES) await warehouse.run("set disabled_compression_methods = 'fsst'");
  const packets = await appendFile(
    warehouse,
    'packets',
    files.packets,
    PACKET_TYPES,
    id,
    PACKET_COLUMNS,
    true,
    onProgress,
  );
  if (packets !== summary.packets) {
    throw new Error(`${files.packets} has ${packets} packets, but its summary says ${summary.packets}`);
  }
  await appendFile(warehouse, 'segments', files.segments, SEGMENT_TYPES, id, SEGMENT_COLUMNS, false, () =>
    Promise.resolve(),
  );
  await insertLines(warehouse, 'flows', files.flows, id, FLOW_COLUMNS);
  await insertLines(warehouse, 'dns_messages', files.dnsMessages, id, DNS_MESSAGE_COLUMNS);
  await insertLines(warehouse, 'dns_answers', files.dnsAnswers, id, DNS_ANSWER_COLUMNS);
  await insertLines(warehouse, 'server_names', files.serverNames, id, SERVER_NAME_COLUMNS);
  await appendRows(
    connection,
    'capture_faults',
    [BIGINT, VARCHAR, VARCHAR, UINTEGER],
    summary.faults.map((fault) => [id, fault.layer, fault.kind, fault.packets]),
  );
  await appendRows(
    connection,
    'captures',
    [
      BIGINT,
      VARCHAR,
      VARCHAR,
      VARCHAR,
      VARCHAR,
      LIST(INTEGER),
      UINTEGER,
      UBIGINT,
      UBIGINT,
      BIGINT,
      BIGINT,
      UBIGINT,
      VARCHAR,
    ],
    [
      [
        id,
        summary.contentHash,
        capture.decoder,
        summary.format,
        summary.compression,
        listValue([...summary.linkTypes]),
        summary.packets,
        BigInt(summary.wireBytes),
        BigInt(summary.capturedBytes),
        summary.firstUs === null ? null : BigInt(summary.firstUs),
        summary.lastUs === null ? null : BigInt(summary.lastUs),
        summary.cut === null ? null : BigInt(summary.cut.byteOffset),
        summary.cut === null ? null : summary.cut.reason,
      ],
    ],
  );
}

/** Inserts newline-delimited JSON into a table, after the capture's id, in the order of the lines. */
async function insertLines<Row>(
  warehouse: Warehouse,
  table: string,
  path: string,
  captureId: bigint,
  columns: LineColumns<Row>,
): Promise<void> {
  if (statSync(path).size === 0) return;
  const names = Object.keys(columns);
  await warehouse.run(
    `insert into main.${table}
      select $id::bigint, ${names.map(identifier).join(', ')}
      from ${readJson(path, { format: 'newline_delimited' }, columns)}`,
    { id: captureId.toString() },
    `load ${table}`,
  );
}

/** Appends a column file to a table, after the capture's id (and, for packets, their index). */
async function appendFile(
  warehouse: Warehouse,
  table: string,
  path: string,
  types: ColumnTypes,
  captureId: bigint,
  specs: readonly ColumnSpec[],
  withIndex: boolean,
  onProgress: (rows: number) => Promise<void>,
): Promise<number> {
  const appender = await ColumnAppender.open(warehouse.connection, table);
  let rows = 0;
  let ids = new BigInt64Array(0);
  let index = new Uint32Array(0);
  for await (const batch of readColumnFile(path, types)) {
    if (ids.length < batch.rows) ids = new BigInt64Array(batch.rows).fill(captureId);
    if (index.length < batch.rows) index = new Uint32Array(batch.rows);
    countUp(index, rows, batch.rows);
    appender.append(batch.rows, [
      { type: 'bigint', values: ids },
      ...(withIndex ? [{ type: 'uinteger', values: index } satisfies FixedWidthColumn] : []),
      ...specs.map((spec) => column(batch, spec)),
    ]);
    rows += batch.rows;
    await onProgress(rows);
  }
  appender.close();
  return rows;
}

/** Writes `first`, `first` + 1, … to the first `rows` places. */
function countUp(places: Uint32Array, first: number, rows: number): void {
  for (let row = 0; row < rows; row++) places[row] = first + row;
}

function column(batch: ColumnBatch, [name, type, nullValue]: ColumnSpec): FixedWidthColumn {
  const values = batch.columns[name];
  if (values === undefined) throw new TypeError(`the decoded capture has no column ${name}`);
  return nullValue === undefined ? { type, values } : { type, values, nullValue };
}
