import type { Flow } from '../../../schemas/capture.js';
import type { SessionSpec } from '../../../simulation/session-spec.js';
import { simulateSession, type SimulatedSession } from '../../../simulation/simulate-session.js';
import { chunked, collect, type SegmentRow } from '../capture/collect.js';

/** A segment as one line of text for comparison; null times are 0, as in the detector's columns. */
export interface ComparedSegment {
  /** Protocol, client, server. */
  readonly flow: string;
  readonly requestUs: number;
  readonly requestBytes: number;
  readonly firstByteUs: number;
  readonly lastByteUs: number;
  readonly downstreamBytes: number;
}

/**
 * Simulated segments of a session, and those that the detector finds in its capture, both by flow and request time.
 */
export interface SegmentComparison {
  readonly session: SimulatedSession;
  readonly simulated: readonly ComparedSegment[];
  readonly detected: readonly ComparedSegment[];
}

/** A session with default values: Netflix on TCP, pinned, lossless, and nothing else. */
export const TEST_SESSION: SessionSpec = {
  sessionId: 'test-1',
  seed: 11,
  service: 'netflix',
  title: 'title-01',
  codec: 'vp9',
  ladderPx: [240, 360, 480, 720, 1080],
  pinnedPx: 480,
  durationSeconds: 60,
  startUs: 1_767_571_200_000_000,
  transport: 'tcp',
  otherTraffic: false,
  lossBefore: 0,
  lossAfter: 0,
  reordering: 0,
  snapLength: 96,
};

/** Simulates the session, decodes its capture, and sorts both lists of segments in the same way. */
export async function compareSegments(spec: SessionSpec): Promise<SegmentComparison> {
  const session = simulateSession(spec);
  const { summary, segments } = await collect(chunked(session.capture));
  const { flows, faults, packets } = summary;
  if (faults.length > 0 || packets !== session.packets)
    throw new Error(`not decoded: ${JSON.stringify(faults)}`);
  return {
    session,
    simulated: inOrder(session.truth.segments.map((segment) => simulatedSegment(segment))),
    detected: inOrder(segments.map((segment) => detectedSegment(segment, flows))),
  };
}

function simulatedSegment(segment: SimulatedSession['truth']['segments'][number]): ComparedSegment {
  const { protocol, client, server } = segment.flow;
  return {
    flow: `${protocol} ${client.addressText} ${client.port} ${server.addressText} ${server.port}`,
    requestUs: segment.requestUs ?? 0,
    requestBytes: segment.requestBytes,
    firstByteUs: segment.firstByteUs ?? 0,
    lastByteUs: segment.lastByteUs ?? 0,
    downstreamBytes: segment.downstreamBytes,
  };
}

function detectedSegment(segment: SegmentRow, flows: readonly Flow[]): ComparedSegment {
  const flow = flows[segment.flow_id]!;
  const protocol = flow.protocol === 6 ? 'tcp' : 'udp';
  return {
    flow: `${protocol} ${flow.clientAddress} ${flow.clientPort} ${flow.serverAddress} ${flow.serverPort}`,
    requestUs: Number(segment.request_us),
    requestBytes: segment.request_bytes,
    firstByteUs: Number(segment.first_byte_us),
    lastByteUs: Number(segment.last_byte_us),
    downstreamBytes: segment.downstream_bytes,
  };
}

const inOrder = (segments: ComparedSegment[]): ComparedSegment[] =>
  segments.sort((a, b) => (a.flow < b.flow ? -1 : a.flow > b.flow ? 1 : a.requestUs - b.requestUs));
