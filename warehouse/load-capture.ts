import {
  BIGINT,
  INTEGER,
  LIST,
  listValue,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
  BOOLEAN,
} from '@duckdb/node-api';
import { NO_FLOW, NO_SEGMENT, type CaptureSummary } from '../schemas/capture.js';
import { appendRows, ColumnAppender, type FixedWidthColumn, type FixedWidthType } from './append.js';
import { readColumns, type ColumnBatch } from './capture-columns.js';
import type { Warehouse } from './connection.js';

/** A decoded capture on disk, ready to be loaded. */
export interface DecodedCapture {
  /** Decimal string of the 60-bit key that names content and decoder setting. */
  readonly captureId: string;
  /** Decoder version and settings that shaped the rows. */
  readonly decoder: string;
  readonly packetsPath: string;
  readonly segmentsPath: string;
  readonly summary: CaptureSummary;
}

/** A capture file on the worker's machine. */
export interface CaptureFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Time of its last change, microseconds since the Unix epoch. */
  readonly modifiedUs: number;
}

export type FingerprintedFile = CaptureFile & {
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
};

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

/** The capture that a file of this content holds, under this decoder setting, or null where it was not read yet. */
export async function findCapture(
  warehouse: Warehouse,
  fileSha256: string,
  decoder: string,
): Promise<string | null> {
  const [found] = await warehouse.rows(
    'select capture_id::varchar as capture_id from main.capture_files where file_sha256 = $file_sha256 and decoder = $decoder limit 1',
    { file_sha256: fileSha256, decoder },
  );
  return found === undefined ? null : String(found['capture_id']);
}

/** The captures of files that were read before and have the same size and time of change since: by path. */
export async function findUnchanged(
  warehouse: Warehouse,
  files: readonly CaptureFile[],
  decoder: string,
): Promise<Map<string, string>> {
  const rows = await warehouse.rows(
    'select path, bytes::varchar as bytes, modified_us::varchar as modified_us, capture_id::varchar as capture_id from main.capture_files where decoder = $decoder',
    { decoder },
  );
  const known = new Map(rows.map((row) => [row['path'], row]));
  return new Map(
    files.flatMap(({ path, bytes, modifiedUs }): [string, string][] => {
      const row = known.get(path);
      const isUnchanged = row?.['bytes'] === String(bytes) && row['modified_us'] === String(modifiedUs);
      return isUnchanged ? [[path, String(row['capture_id'])]] : [];
    }),
  );
}

/** Notes which capture a file holds; a file that changed since is noted anew. */
export async function noteFile(
  warehouse: Warehouse,
  file: FingerprintedFile,
  decoder: string,
  captureId: string,
): Promise<void> {
  await warehouse.run(
    'insert or replace into main.capture_files values ($path, $decoder, $sha256, $bytes::ubigint, $modified_us::bigint, $id::bigint)',
    {
      path: file.path,
      decoder,
      sha256: file.sha256,
      bytes: BigInt(file.bytes),
      modified_us: BigInt(file.modifiedUs),
      id: captureId,
    },
  );
}

/**
 * Loads a capture in one transaction, so that it is there as a whole or not at all. A capture that is there already
 * is left as it is; only the file is noted.
 * @returns whether rows were written.
 */
export async function loadCapture(
  warehouse: Warehouse,
  capture: DecodedCapture,
  file: FingerprintedFile,
  onProgress: (packetsLoaded: number) => Promise<void>,
): Promise<boolean> {
  return await warehouse.transaction(async () => {
    const [known] = await warehouse.rows(
      'select 1 as known from main.captures where capture_id = $id::bigint',
      {
        id: capture.captureId,
      },
    );
    if (known === undefined) await insertCapture(warehouse, capture, onProgress);
    await noteFile(warehouse, file, capture.decoder, capture.captureId);
    return known === undefined;
  });
}

async function insertCapture(
  warehouse: Warehouse,
  capture: DecodedCapture,
  onProgress: (packetsLoaded: number) => Promise<void>,
): Promise<void> {
  const { connection } = warehouse;
  const { summary } = capture;
  const id = BigInt(capture.captureId);
  const packets = await appendFile(
    warehouse,
    'packets',
    capture.packetsPath,
    id,
    PACKET_COLUMNS,
    true,
    onProgress,
  );
  if (packets !== summary.packets) {
    throw new Error(`${capture.packetsPath} holds ${packets} packets, its summary says ${summary.packets}`);
  }
  await appendFile(warehouse, 'segments', capture.segmentsPath, id, SEGMENT_COLUMNS, false, () =>
    Promise.resolve(),
  );
  await appendRows(
    connection,
    'flows',
    [
      BIGINT,
      UINTEGER,
      UTINYINT,
      UTINYINT,
      VARCHAR,
      VARCHAR,
      USMALLINT,
      USMALLINT,
      VARCHAR,
      BIGINT,
      BIGINT,
      UINTEGER,
      UBIGINT,
    ],
    summary.flows.map((flow) => [
      id,
      flow.flowId,
      flow.ipVersion,
      flow.protocol,
      flow.clientAddress,
      flow.serverAddress,
      flow.clientPort,
      flow.serverPort,
      flow.clientBasis,
      BigInt(flow.firstUs),
      BigInt(flow.lastUs),
      flow.packets,
      BigInt(flow.wireBytes),
    ]),
  );
  await appendRows(
    connection,
    'dns_messages',
    [BIGINT, UINTEGER, BIGINT, VARCHAR, VARCHAR, USMALLINT, BOOLEAN, VARCHAR, VARCHAR, VARCHAR],
    summary.dnsMessages.map((message) => [
      id,
      message.packetIndex,
      BigInt(message.timestampUs),
      message.clientAddress,
      message.resolverAddress,
      message.transactionId,
      message.isResponse,
      message.queryName,
      message.queryType,
      message.responseCode,
    ]),
  );
  await appendRows(
    connection,
    'dns_answers',
    [BIGINT, UINTEGER, BIGINT, VARCHAR, USMALLINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, UINTEGER],
    summary.dnsAnswers.map((answer) => [
      id,
      answer.packetIndex,
      BigInt(answer.timestampUs),
      answer.clientAddress,
      answer.transactionId,
      answer.queryName,
      answer.name,
      answer.type,
      answer.data,
      answer.ttlSeconds,
    ]),
  );
  await appendRows(
    connection,
    'server_names',
    [BIGINT, UINTEGER, UINTEGER, BIGINT, VARCHAR, VARCHAR, VARCHAR, BOOLEAN],
    summary.serverNames.map((row) => [
      id,
      row.flowId,
      row.packetIndex,
      BigInt(row.timestampUs),
      row.protocol,
      row.version,
      row.name,
      row.hasEncryptedHello,
    ]),
  );
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
        summary.contentSha256,
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

/** Appends an Arrow file to a table behind the capture's id (and, for packets, their index). */
async function appendFile(
  warehouse: Warehouse,
  table: string,
  path: string,
  captureId: bigint,
  specs: readonly ColumnSpec[],
  withIndex: boolean,
  onProgress: (rows: number) => Promise<void>,
): Promise<number> {
  const appender = await ColumnAppender.open(warehouse.connection, table);
  let rows = 0;
  for await (const batch of readColumns(path)) {
    const index = Uint32Array.from({ length: withIndex ? batch.rows : 0 }, (_, row) => rows + row);
    appender.append(batch.rows, [
      { type: 'bigint', values: new BigInt64Array(batch.rows).fill(captureId) },
      ...(withIndex ? [{ type: 'uinteger', values: index } satisfies FixedWidthColumn] : []),
      ...specs.map((spec) => column(batch, spec)),
    ]);
    rows += batch.rows;
    await onProgress(rows);
  }
  appender.close();
  return rows;
}

function column(batch: ColumnBatch, [name, type, nullValue]: ColumnSpec): FixedWidthColumn {
  const values = batch.columns[name];
  if (values === undefined) throw new TypeError(`the decoded capture has no column ${name}`);
  return nullValue === undefined ? { type, values } : { type, values, nullValue };
}
