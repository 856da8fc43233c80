import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventQueue } from '../../../simulation/engine/event-queue.js';
import { Timer } from '../../../simulation/engine/timer.js';
import { BandwidthTrace } from '../../../simulation/network/bandwidth-trace.js';
import { RangeSet } from '../../../simulation/transport/range-set.js';
import { RenoWindow } from '../../../simulation/transport/reno-window.js';
import { RoundTripEstimator } from '../../../simulation/transport/round-trip-estimator.js';
import { SegmentRecord } from '../../../simulation/transport/segment-record.js';
import { TcpReceiver } from '../../../simulation/transport/tcp-receiver.js';
import { TcpSender } from '../../../simulation/transport/tcp-sender.js';
import { clientEndpoint, serverEndpoint } from '../../../simulation/wire/endpoint.js';

const FLOW = {
  protocol: 'tcp',
  client: clientEndpoint('192.168.0.2', 40_000),
  server: serverEndpoint('192.0.2.1', 443),
} as const;

describe('EventQueue and Timer', () => {
  it('runs actions by time, then in order of scheduling, and none after the end', () => {
    const clock = new EventQueue(1000);
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name} ${clock.nowUs}`);
    clock.at(3000, note('c'));
    clock.at(2000, note('a'));
    clock.at(2000.4, note('b'));
    clock.at(500, note('past'));
    clock.at(4001, note('late'));
    clock.runUntil(4000);
    assert.deepEqual(ran, ['past 1000', 'a 2000', 'b 2000', 'c 3000']);
  });

  it('fires once, at the last deadline set', () => {
    const clock = new EventQueue(0);
    const fired: number[] = [];
    const timer = new Timer(clock, () => void fired.push(clock.nowUs));
    timer.set(100);
    clock.at(50, () => {
      timer.set(300);
    });
    clock.at(400, () => {
      timer.set(900);
      timer.set(500);
    });
    clock.at(600, () => {
      timer.set(700);
      timer.clear();
    });
    clock.runUntil(1000);
    assert.deepEqual(fired, [300, 500]);
  });
});

describe('BandwidthTrace', () => {
  it('lets bytes pass at the rate of each second', () => {
    const trace = new BandwidthTrace(0, [8e6, 4e6]);
    assert.equal(trace.passedUs(0, 1000), 1000);
    // Half a second at 8 Mbit/s are 500,000 bytes; the other 500,000 take a second at 4 Mbit/s.
    assert.equal(trace.passedUs(500_000, 1_000_000), 2_000_000);
    assert.equal(trace.passedUs(9_000_000, 500_000), 10_000_000);
  });
});

describe('RoundTripEstimator', () => {
  it('follows RFC 6298, section 2', () => {
    const estimator = new RoundTripEstimator(1000);
    assert.equal(estimator.timeoutUs(0), 1_000_000);
    estimator.add(100_000);
    assert.equal(estimator.timeoutUs(0), 300_000);
    // RTTVAR = 3/4 * 50 + 1/4 * |100 - 180| = 57.5 ms, SRTT = 7/8 * 100 + 1/8 * 180 = 110 ms.
    estimator.add(180_000);
    assert.equal(estimator.timeoutUs(0), 340_000);
    assert.equal(estimator.timeoutUs(2), 1_360_000);
  });
});

describe('RenoWindow', () => {
  it('doubles in slow start, halves on loss, then grows by one segment per window', () => {
    const window = new RenoWindow(1000);
    window.acknowledged(10_000);
    assert.equal(window.bytes, 20_000);
    window.lost(20_000);
    assert.equal(window.bytes, 10_000);
    for (let ack = 0; ack < 10; ack++) window.acknowledged(1000);
    const grownBytes: number = window.bytes;
    assert.ok(grownBytes > 10_900 && grownBytes < 11_000, `${grownBytes}`);
    window.timedOut(10_000);
    assert.equal(window.bytes, 1000);
    window.acknowledged(1000);
    assert.equal(window.bytes, 2000);
  });
});

describe('RangeSet', () => {
  it('merges ranges that touch or overlap', () => {
    const ranges = new RangeSet();
    ranges.add(10, 20);
    ranges.add(30, 40);
    assert.deepEqual(ranges.add(20, 25), [10, 25]);
    assert.deepEqual(ranges.edges, [10, 25, 30, 40]);
    assert.deepEqual(ranges.add(5, 35), [5, 40]);
    ranges.add(50, 60);
    ranges.add(0, 2);
    assert.deepEqual(ranges.edges, [0, 2, 5, 40, 50, 60]);
  });
});

describe('TcpReceiver', () => {
  it('acknowledges every second segment, after 40 ms, and at once around a gap', () => {
    const clock = new EventQueue(0);
    const acknowledged: string[] = [];
    const receiver: TcpReceiver = new TcpReceiver(clock, () => {
      const { next, sackBlocks } = receiver;
      acknowledged.push(`${clock.nowUs}: ${next} [${sackBlocks.join(' ')}]`);
      receiver.acknowledged();
    });
    for (const [timeUs, start, end] of [
      [1000, 0, 100],
      [2000, 100, 200],
      [3000, 200, 300],
      [50_000, 400, 500],
      [51_000, 600, 700],
      [52_000, 300, 400],
      [53_000, 0, 100],
    ] as const) {
      clock.at(timeUs, () => {
        receiver.receive(start, end);
      });
    }
    clock.runUntil(1e6);
    assert.deepEqual(acknowledged, [
      '2000: 200 []',
      '43000: 300 []',
      '50000: 300 [400 500]',
      '51000: 300 [600 700 400 500]',
      '52000: 500 [600 700]',
      '53000: 500 [600 700]',
    ]);
  });
});

describe('TcpSender', () => {
  const start = (): { clock: EventQueue; sender: TcpSender; sent: string[] } => {
    const clock = new EventQueue(0);
    const sent: string[] = [];
    const sender = new TcpSender(clock, 100, 100_000, ({ offset, length, transmissions }, isPush) => {
      sent.push(
        `${clock.nowUs}: ${offset}+${length}${transmissions > 1 ? ' again' : ''}${isPush ? ' push' : ''}`,
      );
    });
    sender.sample(50_000);
    return { clock, sender, sent };
  };
  const exchange = new SegmentRecord(FLOW, 'video', null);

  it('sends the initial window, then two segments for each acknowledged one', () => {
    const { sender, sent } = start();
    sender.write(2_050, exchange);
    assert.equal(sent.length, 10);
    sent.length = 0;
    sender.acknowledge(200, []);
    assert.deepEqual(sent, ['0: 1000+100', '0: 1100+100', '0: 1200+100', '0: 1300+100']);
    for (const place of [600, 1400]) sender.acknowledge(place, []);
    assert.equal(sent.at(-1), '0: 2000+50 push');
    assert.equal(sender.next, 2050);
  });

  it('retransmits a segment when three after it have arrived, at half the window', () => {
    const { sender, sent } = start();
    sender.write(1_000, exchange);
    sent.length = 0;
    sender.acknowledge(100, [200, 300]);
    sender.acknowledge(100, [200, 400]);
    assert.deepEqual(sent, []);
    sender.acknowledge(100, [200, 500]);
    assert.deepEqual(sent, ['0: 100+100 again']);
    // Nine segments were not acknowledged: RFC 5681, equation 4.
    assert.equal(sender.window.bytes, 450);
    sender.acknowledge(100, [200, 600]);
    assert.equal(sent.length, 1);
  });

  it('retransmits all missing data after a timeout, one segment first, and doubles the timeout each time', () => {
    const { clock, sender, sent } = start();
    sender.write(300, exchange);
    sent.length = 0;
    clock.runUntil(3_500_000);
    assert.deepEqual(sent, ['1000000: 0+100 again', '3000000: 0+100 again']);
    sender.acknowledge(100, [200, 300]);
    assert.equal(sent.at(-1), '3000000: 100+100 again');
  });
});
