import assert from 'node:assert/strict';
import test from 'node:test';
import type { Segment } from '../../../../capture/segments/segment-columns.js';
import { SegmentTracker } from '../../../../capture/segments/segment-tracker.js';
import { NO_SEGMENT } from '../../../../schemas/capture.js';

const UP = true;
const DOWN = false;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;
const FIN = 0x01;

function start(tcpBytes = 0, udpBytes = 150): { tracker: SegmentTracker; emitted: Segment[] } {
  const emitted: Segment[] = [];
  const tracker = new SegmentTracker({ tcpBytes, udpBytes }, (segment) => emitted.push(segment));
  return { tracker, emitted };
}

const SEGMENT: Segment = {
  flowId: 0,
  segmentIndex: 0,
  requestUs: 0,
  requestBytes: 0,
  firstByteUs: 0,
  lastByteUs: 0,
  downstreamBytes: 0,
  retransmittedBytes: 0,
  downstreamPackets: 0,
  isClosed: false,
};

test('TCP: two requests, two responses', () => {
  const { tracker, emitted } = start();
  assert.equal(tracker.tcp(0, UP, 10, 300, 1000, ACK), 0);
  assert.equal(tracker.tcp(0, DOWN, 20, 1400, 5000, ACK), 0);
  assert.equal(tracker.tcp(0, UP, 25, 0, 1300, ACK), NO_SEGMENT);
  assert.equal(tracker.tcp(0, DOWN, 30, 600, 6400, ACK), 0);
  assert.equal(tracker.tcp(0, UP, 40, 310, 1300, ACK), 1);
  const first = {
    ...SEGMENT,
    requestUs: 10,
    requestBytes: 300,
    firstByteUs: 20,
    lastByteUs: 30,
    downstreamBytes: 2000,
    downstreamPackets: 2,
    isClosed: true,
  };
  assert.deepEqual(emitted, [first]);
  assert.equal(tracker.tcp(0, DOWN, 50, 100, 7000, ACK), 1);
  tracker.finish();
  assert.deepEqual(emitted.slice(1), [
    {
      ...SEGMENT,
      segmentIndex: 1,
      requestUs: 40,
      requestBytes: 310,
      firstByteUs: 50,
      lastByteUs: 50,
      downstreamBytes: 100,
      downstreamPackets: 1,
    },
  ]);
});

test('a request in two packets counts from the later one, its bytes add up', () => {
  const { tracker, emitted } = start();
  assert.equal(tracker.tcp(0, UP, 10, 1400, 0, ACK), 0);
  assert.equal(tracker.tcp(0, UP, 12, 600, 1400, ACK), 0);
  tracker.finish();
  assert.deepEqual(emitted, [{ ...SEGMENT, requestUs: 12, requestBytes: 2000 }]);
});

test('a retransmitted request and a keep-alive open nothing', () => {
  const { tracker, emitted } = start();
  tracker.tcp(0, UP, 10, 300, 1000, ACK);
  tracker.tcp(0, DOWN, 20, 1400, 5000, ACK);
  assert.equal(tracker.tcp(0, UP, 30, 300, 1000, ACK), NO_SEGMENT);
  assert.equal(tracker.tcp(0, UP, 40, 1, 1299, ACK), NO_SEGMENT);
  assert.deepEqual(emitted, []);
});

test('a keep-alive on a connection whose data was not captured opens nothing', () => {
  const { tracker, emitted } = start();
  tracker.tcp(0, UP, 10, 0, 1300, ACK);
  assert.equal(tracker.tcp(0, UP, 40, 1, 1299, ACK), NO_SEGMENT);
  tracker.finish();
  assert.deepEqual(emitted, []);
});

test('downstream bytes count once; repeated bytes are retransmitted bytes', () => {
  const { tracker, emitted } = start();
  tracker.tcp(0, UP, 10, 300, 1000, ACK);
  tracker.tcp(0, DOWN, 20, 1000, 2000, ACK);
  tracker.tcp(0, DOWN, 21, 1000, 4000, ACK);
  tracker.tcp(0, DOWN, 22, 1000, 2000, ACK);
  tracker.tcp(0, DOWN, 23, 1000, 3000, ACK);
  tracker.finish();
  assert.deepEqual(emitted, [
    {
      ...SEGMENT,
      requestUs: 10,
      requestBytes: 300,
      firstByteUs: 20,
      lastByteUs: 23,
      downstreamBytes: 3000,
      retransmittedBytes: 1000,
      downstreamPackets: 4,
    },
  ]);
});

test('an old response repeated after the next request does not count as its response', () => {
  const { tracker, emitted } = start();
  tracker.tcp(0, UP, 10, 300, 1000, ACK);
  tracker.tcp(0, DOWN, 20, 1000, 2000, ACK);
  tracker.tcp(0, UP, 30, 300, 1300, ACK);
  tracker.tcp(0, DOWN, 31, 1000, 2000, ACK);
  tracker.tcp(0, UP, 32, 200, 1600, ACK);
  tracker.finish();
  assert.equal(emitted.length, 2);
  assert.deepEqual(emitted[1], {
    ...SEGMENT,
    segmentIndex: 1,
    requestUs: 32,
    requestBytes: 500,
    retransmittedBytes: 1000,
    downstreamPackets: 1,
  });
});

test('downstream data before any request belongs to no segment', () => {
  const { tracker, emitted } = start();
  assert.equal(tracker.tcp(0, DOWN, 10, 1000, 2000, ACK), NO_SEGMENT);
  assert.equal(tracker.udp(1, DOWN, 10, 1000), NO_SEGMENT);
  tracker.finish();
  assert.deepEqual(emitted, []);
});

test('SYN and FIN take a sequence number, data in a SYN begins after it', () => {
  const { tracker, emitted } = start();
  tracker.tcp(0, UP, 1, 0, 99, SYN);
  tracker.tcp(0, DOWN, 2, 0, 499, SYN | ACK);
  assert.equal(tracker.tcp(0, UP, 3, 10, 100, ACK), 0);
  tracker.tcp(0, DOWN, 4, 20, 500, ACK | FIN);
  tracker.tcp(0, DOWN, 5, 0, 521, ACK);
  tracker.tcp(0, DOWN, 6, 20, 500, ACK | FIN);
  tracker.tcp(1, UP, 7, 30, 99, SYN);
  assert.equal(tracker.tcp(1, UP, 8, 30, 100, ACK), NO_SEGMENT);
  tracker.finish();
  assert.deepEqual(
    emitted.map((segment) => [segment.requestBytes, segment.downstreamBytes, segment.retransmittedBytes]),
    [
      [10, 20, 20],
      [30, 0, 0],
    ],
  );
});

test('data in an RST is not counted', () => {
  const { tracker, emitted } = start();
  assert.equal(tracker.tcp(0, UP, 1, 20, 100, RST), NO_SEGMENT);
  tracker.finish();
  assert.deepEqual(emitted, []);
});

test('UDP: above the threshold is a request, up to it an acknowledgement; downstream counts every byte', () => {
  const { tracker, emitted } = start();
  assert.equal(tracker.udp(0, UP, 10, 150), NO_SEGMENT);
  assert.equal(tracker.udp(0, UP, 20, 151), 0);
  assert.equal(tracker.udp(0, DOWN, 30, 1350), 0);
  assert.equal(tracker.udp(0, UP, 35, 40), NO_SEGMENT);
  assert.equal(tracker.udp(0, DOWN, 40, 1350), 0);
  assert.equal(tracker.udp(0, UP, 50, 500), 1);
  assert.equal(emitted.length, 1);
  assert.deepEqual(emitted[0], {
    ...SEGMENT,
    requestUs: 20,
    requestBytes: 151,
    firstByteUs: 30,
    lastByteUs: 40,
    downstreamBytes: 2700,
    downstreamPackets: 2,
    isClosed: true,
  });
});

test('the TCP threshold is configurable', () => {
  const { tracker } = start(5);
  assert.equal(tracker.tcp(0, UP, 10, 5, 0, ACK), NO_SEGMENT);
  assert.equal(tracker.tcp(0, UP, 10, 6, 5, ACK), 0);
});

test('flow numbers may come in any order and grow', () => {
  const { tracker, emitted } = start();
  tracker.udp(3, UP, 2, 200);
  tracker.udp(20_000, UP, 3, 200);
  tracker.udp(3, DOWN, 4, 1000);
  tracker.udp(2, UP, 5, 200);
  tracker.finish();
  assert.deepEqual(
    emitted.map(({ flowId, requestUs, downstreamBytes }) => [flowId, requestUs, downstreamBytes]),
    [
      [2, 5, 0],
      [3, 2, 1000],
      [20_000, 3, 0],
    ],
  );
});

const SECOND = 1_000_000;

test('a small packet after five seconds is no part of the answer, a large one is', () => {
  for (const bytes of [63, 150, 151]) {
    const { tracker, emitted } = start();
    tracker.tcp(0, UP, 0, 300, 1000, ACK);
    assert.equal(tracker.tcp(0, DOWN, SECOND, 1400, 5000, ACK), 0);
    assert.equal(tracker.tcp(0, DOWN, 6 * SECOND + 1, bytes, 6400, ACK), bytes > 150 ? 0 : NO_SEGMENT);
    tracker.finish();
    assert.equal(emitted.at(0)?.lastByteUs, bytes > 150 ? 6 * SECOND + 1 : SECOND);
    assert.equal(emitted.at(0)?.downstreamBytes, bytes > 150 ? 1400 + bytes : 1400);
  }
});

test('an answer that goes on after a minute, or whose clock jumps, becomes a second segment of the same request', () => {
  for (const [atUs, isSecond] of [
    [61 * SECOND, false],
    [61 * SECOND + 1, true],
    [864_000 * SECOND, true],
    [-864_000 * SECOND, true],
  ] as const) {
    const emitted: Segment[] = [];
    const resumed: number[] = [];
    let late = 0;
    const tracker = new SegmentTracker(
      { tcpBytes: 0, udpBytes: 150 },
      (segment) => emitted.push(segment),
      (bytes) => resumed.push(bytes),
      () => (late += 1),
    );
    tracker.tcp(0, UP, 0, 300, 1000, ACK);
    tracker.tcp(0, DOWN, SECOND, 1400, 5000, ACK);
    assert.equal(tracker.tcp(0, DOWN, atUs, 1000, 6400, ACK), isSecond ? 1 : 0);
    tracker.finish();
    assert.deepEqual([resumed, late], [isSecond ? [1400] : [], 0]);
    assert.deepEqual(
      emitted.map(({ requestUs, requestBytes, lastByteUs, downstreamBytes, isClosed }) => [
        requestUs,
        requestBytes,
        lastByteUs,
        downstreamBytes,
        isClosed,
      ]),
      isSecond
        ? [
            [0, 300, SECOND, 1400, false],
            [atUs, 300, atUs, 1000, false],
          ]
        : [[0, 300, atUs, 2400, false]],
    );
  }
});

test('of an answer that goes on after a minute, the bytes of the larger part are told', () => {
  const resumed: number[] = [];
  const tracker = new SegmentTracker(
    { tcpBytes: 0, udpBytes: 150 },
    () => undefined,
    (bytes) => resumed.push(bytes),
  );
  tracker.tcp(0, UP, 0, 300, 1000, ACK);
  tracker.tcp(0, DOWN, SECOND, 1400, 5000, ACK);
  for (let at = 0; at < 20; at++) tracker.tcp(0, DOWN, 70 * SECOND, 1400, 6400 + 1400 * at, ACK);
  // The first byte comes after a minute.
  tracker.tcp(1, UP, 0, 300, 1000, ACK);
  tracker.tcp(1, DOWN, 70 * SECOND, 1200, 5000, ACK);
  tracker.finish();
  assert.deepEqual(resumed, [20 * 1400, 1200]);
});

test('a small packet after a pause is counted', () => {
  let late = 0;
  const tracker = new SegmentTracker(
    { tcpBytes: 0, udpBytes: 150 },
    () => undefined,
    () => undefined,
    () => (late += 1),
  );
  tracker.tcp(0, UP, 0, 300, 1000, ACK);
  tracker.tcp(0, DOWN, SECOND, 1400, 5000, ACK);
  for (const [atUs, bytes] of [
    [6 * SECOND, 31],
    [20 * SECOND, 150],
    [20 * SECOND + 1, 151],
  ] as const)
    tracker.tcp(0, DOWN, atUs, bytes, 6400 + atUs / 1000, ACK);
  // The first comes within five seconds; the last is too large.
  assert.equal(late, 1);
});
