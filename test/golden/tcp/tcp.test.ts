import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { projectRoot } from '../../../common/project-root.js';
import { NO_VALUE, TCP_MARKS } from '../../../schemas/capture.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';
import { collect } from '../../unit/capture/collect.js';

const time = z.number().nullable();
const EXPECTED = z
  .record(
    z.string(),
    z.object({
      segments: z.record(
        z.string(),
        z.array(z.tuple([time, z.number(), time, time, z.number(), z.number()])),
      ),
      roundTrips: z.record(z.string(), z.number()),
      late: z.array(z.number()),
    }),
  )
  .parse(JSON.parse(readFileSync(join(projectRoot(), 'test', 'golden', 'tcp', 'expected.json'), 'utf8')));

/** Captures that contain packets twice (`editcap -w 0.01` skips 280 of 377 and 124 of 1,723): here they count once. */
const WITH_COPIES = new Set(['pcaps/tcp/ssh-dups.pcap', 'pcaps/video/1kxun.pcap']);

/** Here, small packets after a pause are no part of an answer. */
const PAUSE_US = 5_000_000;
const SMALL_BYTES = 150;

type Segment = readonly [number | null, number, number | null, number | null, number, number];

/** The segment as Wireshark has it, unless it is shorter here by small packets that came after a pause. */
function orPaused(found: Segment | undefined, expected: Segment): Segment {
  if (found?.[3] == null || expected[3] === null) return expected;
  const [pauseUs, bytes] = [expected[3] - found[3], expected[4] - found[4]];
  const isShorter = pauseUs > PAUSE_US && bytes > 0 && bytes <= SMALL_BYTES;
  return isShorter ? [expected[0], expected[1], expected[2], found[3], found[4], expected[5]] : expected;
}

/** Differences from Wireshark, with reasons. */
const FRAMES_READ_OTHERWISE: Readonly<Record<string, readonly number[]>> = {
  // They acknowledge packets whose IP headers state a few bytes more than their frames contain. Wireshark counts
  // the bytes present.
  'pcaps/tcp/reassembly.pcap': [8, 37, 86],
  // A second SYN ACK with another number opens new streams here; Wireshark treats their packets as retransmissions.
  'pcaps/tcp/tls_multiple_synack_different_seq.pcapng': [6, 7, 8, 9, 10],
};

describe('TCP flows agree with Wireshark', () => {
  for (const [capture, expected] of Object.entries(EXPECTED).filter(([name]) => !WITH_COPIES.has(name))) {
    const path = sharedData(...capture.split('/'));
    it(capture, { skip: path === null && NO_SHARED_DATA }, async () => {
      const { summary, packets, segments } = await collect(createReadStream(path!));
      const found: Record<string, Segment[]> = {};
      for (const segment of segments) {
        const flow = summary.flows[segment.flow_id]!;
        if (flow.protocol !== 6 || flow.ipVersion !== 4) continue;
        const name = `${flow.clientAddress} ${flow.clientPort} ${flow.serverAddress} ${flow.serverPort}`;
        const at = (us: bigint) => (us === 0n ? null : Number(us));
        (found[name] ??= []).push([
          Number(segment.request_us),
          segment.request_bytes,
          at(segment.first_byte_us),
          at(segment.last_byte_us),
          segment.downstream_bytes,
          segment.retransmitted_bytes,
        ]);
      }
      const segmentsOf = Object.entries(expected.segments).map(
        ([name, ofFlow]) =>
          [name, ofFlow.map((segment, at) => orPaused(found[name]?.[at], segment))] as const,
      );
      assert.deepEqual(found, Object.fromEntries(segmentsOf));

      const otherwise = FRAMES_READ_OTHERWISE[capture] ?? [];
      const frames = (isWanted: (row: (typeof packets)[number]) => boolean) =>
        packets.flatMap((row, index) => (isWanted(row) ? [index + 1] : []));
      const late = frames(
        ({ tcp_marks }) => (tcp_marks & (TCP_MARKS.repeatsBytes | TCP_MARKS.fillsGap)) !== 0,
      );
      assert.deepEqual(
        late,
        expected.late.filter((frame) => !otherwise.includes(frame)),
      );
      const sampled = frames(({ tcp_rtt_us }) => tcp_rtt_us !== NO_VALUE).filter(
        (frame) => !otherwise.includes(frame),
      );
      assert.deepEqual(
        sampled,
        Object.keys(expected.roundTrips)
          .map(Number)
          .filter((frame) => !otherwise.includes(frame)),
      );
      for (const frame of sampled) {
        const difference = packets[frame - 1]!.tcp_rtt_us - expected.roundTrips[String(frame)]!;
        // Times in nanoseconds are cut to microseconds here before subtraction.
        assert.ok(Math.abs(difference) <= 1, `frame ${frame}: ${difference} us`);
      }
    });
  }
});
