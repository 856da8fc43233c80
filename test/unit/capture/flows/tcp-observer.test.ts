import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PacketGaps } from '../../../../capture/flows/packet-gaps.js';
import { NO_VALUE, TCP_MARKS } from '../../../../schemas/capture.js';
import { simulateSession } from '../../../../simulation/simulate-session.js';
import { TEST_SESSION } from '../../simulation/compare-segments.js';
import { chunked, collect } from '../collect.js';

it('marks the packets that the simulator retransmitted or reordered, also when sequence numbers wrap', async () => {
  for (const seed of [11, 12, 15]) {
    const session = simulateSession({
      ...TEST_SESSION,
      seed,
      wrapsEarly: true,
      lossBefore: 0.005,
      lossAfter: 0.005,
      reordering: 0.005,
    });
    const { packets } = await collect(chunked(session.capture));
    const marked = (mark: number) => packets.filter(({ tcp_marks }) => (tcp_marks & mark) !== 0).length;
    const { repeated, filledIn, overtaken } = session.truth.lateTcpPackets;
    assert.ok(repeated > 5 && filledIn > 5, JSON.stringify(session.truth.lateTcpPackets));
    assert.equal(marked(TCP_MARKS.repeatsBytes), repeated);
    assert.equal(marked(TCP_MARKS.fillsGap), filledIn + overtaken);
    const numbers = packets.filter(({ tcp_flags }) => tcp_flags !== 0);
    const name = (packet: (typeof packets)[number]) =>
      [packet.flow_id, packet.is_upstream, packet.tcp_seq].join();
    const risen = numbers.filter(({ tcp_marks }) => (tcp_marks & TCP_MARKS.rises) !== 0).map(name);
    assert.equal(new Set(risen).size, risen.length);
    const before = new Set<string>();
    const fresh = numbers.filter((packet) => before.size < before.add(name(packet)).size);
    assert.ok(risen.length > 10 && risen.length < fresh.length, `${risen.length} of ${fresh.length}`);
  }
});

it('gives no round trip, no bytes in flight and no mark for UDP', async () => {
  const { capture } = simulateSession({ ...TEST_SESSION, transport: 'quic', durationSeconds: 10 });
  const { packets } = await collect(chunked(capture));
  assert.ok(packets.length > 500);
  assert.ok(
    packets.every(
      ({ tcp_rtt_us, tcp_in_flight, tcp_marks }) =>
        tcp_rtt_us === NO_VALUE && tcp_in_flight === NO_VALUE && tcp_marks === 0,
    ),
  );
});

it('measures gaps per flow and direction, limited to 0 if time runs backwards and to 71 minutes', () => {
  const gaps = new PacketGaps();
  assert.equal(gaps.add(3, true, 1_000), NO_VALUE);
  assert.equal(gaps.add(3, false, 1_500), NO_VALUE);
  assert.equal(gaps.add(3, true, 1_700), 700);
  assert.equal(gaps.add(3, true, 1_600), 0);
  assert.equal(gaps.add(5_000, true, 0), NO_VALUE);
  assert.equal(gaps.add(3, true, 1_600 + 2 ** 33), 2 ** 32 - 2);
  assert.equal(gaps.add(3, false, 1_510), 10);
});
