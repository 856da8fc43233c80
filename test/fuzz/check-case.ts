import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { decodeCapture } from '../../capture/decode-capture.js';
import { DIRECTIONS, INITIAL_FLOWS } from '../../capture/flows/flow-slots.js';
import { CaptureFormatError } from '../../capture/formats/capture-format-error.js';
import {
  NO_FLOW,
  NO_SEGMENT,
  type DnsAnswer,
  type DnsMessage,
  type Flow,
  type PacketBatch,
  type SegmentBatch,
  type ServerName,
} from '../../schemas/capture.js';
import type { SummaryWithRows } from '../unit/capture/collect.js';
import { decodeTight } from './decode-tight.js';
import type { FuzzCase } from './fuzz-case.js';

/** Small batches, so that their arrays do not hide the memory of decoding itself. */
const BATCH_ROWS = 256;
/**
 * `DuplicateFinder` without input: by flow and direction, hashes (4 bytes) and times (8) of four packets, the place of the
 * oldest (1) and the first identification (4); by flow, two counts (4 each).
 */
const DUPLICATE_FINDER_BYTES = INITIAL_FLOWS * (DIRECTIONS * (4 * (4 + 8) + 1 + 4) + 2 * 4);
/** Memory of a decoder without input, and of a decompression stream. */
const BASE_MEMORY_BYTES = 4 * 1024 * 1024 + DUPLICATE_FINDER_BYTES;
/** A record of 16 bytes becomes a row of 47, and a flow of about 300. */
const MEMORY_PER_BYTE = 64;
const MIN_RECORD_BYTES = 16;
const MIN_DNS_ANSWER_BYTES = 11;

/** Result of a case. */
interface CaseResult {
  readonly isRefused: boolean;
  readonly packets: number;
  /** Growth of the memory of typed arrays during decoding. */
  readonly memoryBytes: number;
}

/** Sums over the batches of a decoded capture. */
interface Totals {
  packets: number;
  wireBytes: number;
  capturedBytes: number;
  firstUs: bigint | null;
  lastUs: bigint | null;
  readonly flows: Map<number, { packets: number; wireBytes: number }>;
  /** Downstream packets and their payload, by flow and segment. */
  readonly downstream: Map<string, { packets: number; bytes: number }>;
  readonly segments: Map<string, { packets: number; bytes: number }>;
}

/**
 * Decodes a case and checks conditions that apply to any bytes: rows, flows, segments and the summary agree, no sum
 * exceeds what the content allows, and only CaptureFormatError is thrown.
 *
 * @param readTwice decodes it twice more: in one chunk, and with each frame alone; the results must be the same
 * @throws AssertionError, or an unexpected error of the decoder
 */
export async function checkCase(fuzzCase: FuzzCase, readTwice: boolean): Promise<CaseResult> {
  const { bytes, chunkBytes, content } = fuzzCase;
  const contentBytes = content?.length ?? null;
  const before = process.memoryUsage().arrayBuffers;
  const decoded = await decode(bytes, chunkBytes, contentBytes);
  const memoryBytes = Math.max(0, process.memoryUsage().arrayBuffers - before);
  assert.ok(
    contentBytes === null || memoryBytes <= BASE_MEMORY_BYTES + MEMORY_PER_BYTE * contentBytes,
    `${memoryBytes} bytes of memory used for ${contentBytes} bytes of content`,
  );
  // How many bytes a damaged compressed stream gives before it fails depends on the chunks.
  if (readTwice && content !== null) {
    const again = await decode(bytes, [Infinity], contentBytes);
    assert.equal(again.digest, decoded.digest, 'the result depends on the chunks');
    if (decoded.summary) checkTight(decoded.summary, content);
  }
  return { isRefused: decoded.summary === null, packets: decoded.packets, memoryBytes };
}

async function decode(bytes: Uint8Array, chunkBytes: readonly number[], contentBytes: number | null) {
  const totals: Totals = {
    packets: 0,
    wireBytes: 0,
    capturedBytes: 0,
    firstUs: null,
    lastUs: null,
    flows: new Map(),
    downstream: new Map(),
    segments: new Map(),
  };
  const hash = createHash('sha1');
  try {
    const flows: Flow[] = [];
    const dnsMessages: DnsMessage[] = [];
    const dnsAnswers: DnsAnswer[] = [];
    const serverNames: ServerName[] = [];
    const decoded = await decodeCapture(
      chunks(bytes, chunkBytes),
      { batchRows: BATCH_ROWS },
      {
        packets(batch) {
          addPackets(totals, batch);
          hash.update(JSON.stringify(batch, columnText));
        },
        segments: (batch) => addSegments(totals, batch),
        flows: (rows) => void flows.push(...rows),
        dnsMessages: (rows) => void dnsMessages.push(...rows),
        dnsAnswers: (rows) => void dnsAnswers.push(...rows),
        serverNames: (rows) => void serverNames.push(...rows),
      },
    );
    const summary = { ...decoded, flows, dnsMessages, dnsAnswers, serverNames };
    checkTotals(totals, summary);
    if (contentBytes !== null) checkBounds(summary, contentBytes);
    hash.update(JSON.stringify(summary));
    return { summary, packets: summary.packets, digest: hash.digest('hex') };
  } catch (error) {
    if (!(error instanceof CaptureFormatError)) throw error;
    assert.match(error.message, /^.+ at byte \d+$/);
    assert.ok(error.byteOffset >= 0 && error.byteOffset <= (contentBytes ?? Infinity), error.message);
    // The packets counted before the error depend on when a batch was full, not on the chunks.
    return { summary: null, packets: totals.packets, digest: error.message };
  }
}

async function* chunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const end = Math.min(bytes.length, start + sizes[i % sizes.length]!);
    yield bytes.subarray(start, end);
    start = end;
  }
}

function columnText(_: string, value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
}

function addPackets(totals: Totals, batch: PacketBatch): void {
  assert.ok(batch.rows > 0 && batch.rows <= BATCH_ROWS);
  for (let row = 0; row < batch.rows; row++) {
    const time = batch.timestamp_us[row]!;
    const wire = batch.wire_length[row]!;
    const flow = batch.flow_id[row]!;
    const segment = batch.segment_index[row]!;
    totals.packets++;
    totals.wireBytes += wire;
    totals.capturedBytes += batch.captured_length[row]!;
    if (totals.firstUs === null || time < totals.firstUs) totals.firstUs = time;
    if (totals.lastUs === null || time > totals.lastUs) totals.lastUs = time;
    if (flow === NO_FLOW) {
      assert.equal(segment, NO_SEGMENT);
      assert.equal(batch.payload_length[row], 0);
      continue;
    }
    const sum = totals.flows.get(flow) ?? { packets: 0, wireBytes: 0 };
    totals.flows.set(flow, { packets: sum.packets + 1, wireBytes: sum.wireBytes + wire });
    if (segment === NO_SEGMENT || batch.is_upstream[row] === 1) continue;
    const key = `${flow}/${segment}`;
    const running = totals.downstream.get(key) ?? { packets: 0, bytes: 0 };
    const payload = batch.payload_length[row]!;
    totals.downstream.set(key, { packets: running.packets + 1, bytes: running.bytes + payload });
  }
}

function addSegments(totals: Totals, batch: SegmentBatch): void {
  for (let row = 0; row < batch.rows; row++) {
    const key = `${batch.flow_id[row]!}/${batch.segment_index[row]!}`;
    assert.ok(!totals.segments.has(key), `segment ${key} occurs twice`);
    totals.segments.set(key, {
      packets: batch.downstream_packets[row]!,
      bytes: batch.downstream_bytes[row]! + batch.retransmitted_bytes[row]!,
    });
  }
}

function checkTotals(totals: Totals, summary: SummaryWithRows): void {
  assert.equal(totals.packets, summary.packets);
  assert.equal(totals.wireBytes, summary.wireBytes);
  assert.equal(totals.capturedBytes, summary.capturedBytes);
  assert.equal(totals.firstUs, summary.firstUs === null ? null : BigInt(summary.firstUs));
  assert.equal(totals.lastUs, summary.lastUs === null ? null : BigInt(summary.lastUs));

  assert.equal(totals.flows.size, summary.flows.length);
  for (const { flowId, packets, wireBytes } of summary.flows) {
    assert.deepEqual(totals.flows.get(flowId), { packets, wireBytes }, `flow ${flowId}`);
  }
  for (const [key, segment] of totals.segments) {
    assert.deepEqual(totals.downstream.get(key) ?? { packets: 0, bytes: 0 }, segment, `segment ${key}`);
  }
  for (const key of totals.downstream.keys()) assert.ok(totals.segments.has(key), `no segment ${key}`);

  for (const { layer, kind, packets } of summary.faults) {
    assert.ok(packets > 0 && packets <= summary.packets, `${packets} times ${layer} ${kind}`);
    assert.notEqual(kind, 'none');
  }
  for (const { packetIndex } of [...summary.dnsMessages, ...summary.dnsAnswers]) {
    assert.ok(packetIndex < summary.packets);
  }
}

/** If isolated frames give other flows or faults, a layer has read beyond its frame's end. */
function checkTight(summary: SummaryWithRows, content: Uint8Array): void {
  const { flows, faults, dns } = decodeTight(content);
  const { messages, answers } = dns.take();
  assert.deepEqual(
    { flows: [...flows.list(1000)].flat(), faults: faults.list(), messages, answers },
    {
      flows: summary.flows,
      faults: summary.faults,
      messages: summary.dnsMessages,
      answers: summary.dnsAnswers,
    },
  );
}

/** Every record and every DNS answer needs bytes of the content. */
function checkBounds(summary: SummaryWithRows, contentBytes: number): void {
  assert.ok(summary.capturedBytes <= contentBytes);
  assert.ok(summary.packets * MIN_RECORD_BYTES <= contentBytes);
  assert.ok(summary.dnsAnswers.length * MIN_DNS_ANSWER_BYTES <= contentBytes);
  assert.ok((summary.cut?.byteOffset ?? 0) <= contentBytes);
}
