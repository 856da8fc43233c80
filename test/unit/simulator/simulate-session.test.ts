import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { captureBytes } from '../../../domain/simulator/capture-bytes.js';
import type { SessionSpec } from '../../../domain/simulator/session-spec.js';
import { simulateSession } from '../../../domain/simulator/simulate-session.js';
import { isUpstream, parseFrame } from './parse-frame.js';

const SPEC: SessionSpec = {
  sessionId: 'test-1',
  seed: 11,
  heightPx: 480,
  durationSeconds: 60,
  startUs: 1_767_571_200_000_000,
  transport: 'tcp',
  service: 'netflix',
};
const hashOf = (spec: SessionSpec) =>
  createHash('sha256')
    .update(captureBytes(simulateSession(spec).packets))
    .digest('hex');

describe('simulateSession', () => {
  it('gives the same bytes for the same specification, others for another seed or id', () => {
    const hash = hashOf(SPEC);
    assert.equal(hashOf(SPEC), hash);
    assert.notEqual(hashOf({ ...SPEC, seed: 12 }), hash);
    assert.notEqual(hashOf({ ...SPEC, sessionId: 'test-2' }), hash);
  });

  for (const transport of ['tcp', 'quic'] as const) {
    it(`${transport}: carries downstream what the truth says, in time order, within the capture`, () => {
      const { packets, truth } = simulateSession({ ...SPEC, transport });
      const frames = packets.map(({ frame, wireLength }) => parseFrame(frame, wireLength));
      const media = frames.filter(({ sourcePort, targetPort }) => sourcePort === 443 || targetPort === 443);
      const downstreamBytes = media
        .filter((frame) => !isUpstream(frame))
        .reduce((sum, { payloadLength }) => sum + payloadLength, 0);
      assert.equal(
        downstreamBytes,
        truth.segments.reduce((sum, segment) => sum + segment.downstreamBytes, 0),
      );
      const requests = media.filter((frame) => isUpstream(frame) && frame.payloadLength >= 150);
      assert.equal(requests.length, truth.segments.length);
      assert.ok(media.filter(isUpstream).every(({ payloadLength: n }) => n < 60 || (n >= 200 && n <= 700)));
      assert.ok(frames.every(({ isHeaderChecksumRight }) => isHeaderChecksumRight));

      const times = packets.map(({ timestampUs }) => timestampUs);
      assert.ok(
        times.every((timeUs, index) => Number.isInteger(timeUs) && timeUs >= (times[index - 1] ?? 0)),
      );
      assert.ok(times.at(0)! >= SPEC.startUs);
      assert.ok(times.at(-1)! <= SPEC.startUs + SPEC.durationSeconds * 1e6);
    });

    it(`${transport}: has each segment's bytes between its request and its last byte`, () => {
      const { packets, truth } = simulateSession({ ...SPEC, transport, sessionId: 'test-3' });
      for (const segment of truth.segments) {
        const inside = packets.filter(
          ({ timestampUs }) => timestampUs >= segment.requestUs && timestampUs <= segment.lastByteUs,
        );
        const bytes = inside
          .map(({ frame, wireLength }) => parseFrame(frame, wireLength))
          .filter((frame) => !isUpstream(frame))
          .reduce((sum, { payloadLength }) => sum + payloadLength, 0);
        assert.ok(bytes >= segment.downstreamBytes);
      }
    });
  }

  it('fetches ahead at first, then one segment at a time, and plays one rung', () => {
    const { truth } = simulateSession({ ...SPEC, durationSeconds: 120 });
    const video = truth.segments.filter(({ kind }) => kind === 'video');
    const firstUs = video[0]!.requestUs;
    const early = video.filter(({ requestUs }) => requestUs < firstUs + 6e6).length;
    const late = video.filter(
      ({ requestUs }) => requestUs >= firstUs + 60e6 && requestUs < firstUs + 100e6,
    ).length;
    assert.ok(early >= 6, `${early} segments in the first 6 s`);
    assert.ok(Math.abs(late - 10) <= 1, `${late} segments of 4 s in 40 s`);
    assert.deepEqual(truth.resolutions, [{ timeUs: video[0]!.lastByteUs, heightPx: 480 }]);
  });

  it('stays under 100,000 packets for two minutes of the heaviest title at 1080', () => {
    const heaviest = { ...SPEC, heightPx: 1080, durationSeconds: 120, titleFactor: 1.6 };
    assert.ok(simulateSession(heaviest).packets.length < 100_000);
  });

  it('refuses a rung that it does not know', () => {
    assert.throws(() => simulateSession({ ...SPEC, heightPx: 481 }), /no bitrate for 481 px/);
  });
});

describe('TCP sequence numbers', () => {
  it('follow each other without gap or repeat, and acknowledge only what was sent', () => {
    const { packets } = simulateSession({ ...SPEC, sessionId: 'test-4' });
    /** Next sequence number of each sender, by sender and receiver port. */
    const next = new Map<string, number>();
    let checked = 0;
    for (const packet of packets) {
      const { tcp, sourcePort, targetPort, payloadLength } = parseFrame(packet.frame, packet.wireLength);
      if (tcp === null) continue;
      const sender = `${sourcePort}>${targetPort}`;
      const expected = next.get(sender);
      if (expected === undefined) assert.ok(tcp.syn, 'the first packet of a direction is a SYN');
      else assert.equal(tcp.sequence, expected);
      const consumed = payloadLength + (tcp.syn || tcp.fin ? 1 : 0);
      next.set(sender, (tcp.sequence + consumed) >>> 0);

      const acknowledged = next.get(`${targetPort}>${sourcePort}`);
      if (acknowledged !== undefined) {
        const outstanding = (acknowledged - tcp.acknowledgement) >>> 0;
        assert.ok(outstanding <= 4 * 1460, `${outstanding} bytes are not acknowledged`);
      }
      checked++;
    }
    assert.ok(checked > 1000);
  });
});
