import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { projectRoot } from '../../../common/project-root.js';
import { NO_FLOW, NO_VALUE, TCP_MARKS } from '../../../schemas/capture.js';
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
      copies: z.array(z.number()),
    }),
  )
  .parse(JSON.parse(readFileSync(join(projectRoot(), 'test', 'golden', 'tcp', 'expected.json'), 'utf8')));

type Segment = readonly [number | null, number, number | null, number | null, number, number];

/** Differences from Wireshark, with reasons. */
const FRAMES_READ_OTHERWISE: Readonly<Record<string, readonly number[]>> = {
  // They acknowledge packets whose IP headers state a few bytes more than their frames contain. Wireshark counts
  // the bytes present.
  'pcaps/tcp/reassembly.pcap': [8, 37, 86],
  // A second SYN ACK with another number opens new streams here; Wireshark treats their packets as retransmissions.
  'pcaps/tcp/tls_multiple_synack_different_seq.pcapng': [6, 7, 8, 9, 10],
};

describe('TCP flows agree with Wireshark', () => {
  for (const [capture, expected] of Object.entries(EXPECTED)) {
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
      assert.deepEqual(found, expected.segments);

      const otherwise = FRAMES_READ_OTHERWISE[capture] ?? [];
      const frames = (isWanted: (row: (typeof packets)[number]) => boolean) =>
        packets.flatMap((row, index) => (isWanted(row) ? [index + 1] : []));
      const copies = summary.faults.find(({ kind }) => kind === 'duplicate')?.packets ?? 0;
      assert.equal(copies, expected.copies.length);
      const withoutFlow = new Set(frames(({ flow_id }) => flow_id === NO_FLOW));
      assert.deepEqual(
        expected.copies.filter((frame) => !withoutFlow.has(frame)),
        [],
      );
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
