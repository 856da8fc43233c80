import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SessionSpec } from '../../../domain/simulator/session-spec.js';
import { compareSegments, type ComparedSegment, TEST_SESSION } from './compare-segments.js';

const SEEDS = [1, 2, 3, 4];
const TRANSPORTS = ['tcp', 'quic'] as const;

const specOf = (seed: number, options: Partial<SessionSpec>): SessionSpec => ({
  ...TEST_SESSION,
  sessionId: `oracle-${seed}`,
  title: `title-${seed}`,
  seed,
  ...options,
});

describe('the detected segments of lossless sessions are the simulated ones', () => {
  for (const transport of TRANSPORTS) {
    for (const pinnedPx of [480, null]) {
      it(`${transport}, ${pinnedPx === null ? 'adaptive' : 'pinned'}: count, bytes, and times to the packet`, async () => {
        for (const seed of SEEDS) {
          const { simulated, detected } = await compareSegments(specOf(seed, { transport, pinnedPx }));
          assert.ok(simulated.length > 10, `${simulated.length} segments`);
          assert.deepEqual(detected, simulated);
        }
      });
    }
  }

  it('also where TCP sequence numbers wrap, on IPv6, and with packets overtaken', async () => {
    for (const ipVersion of [4, 6] as const) {
      const wrapping = { wrapsEarly: true, ipVersion, reordering: 0.01 };
      const { session, simulated, detected } = await compareSegments(specOf(5, wrapping));
      assert.ok(session.truth.lateTcpPackets.overtaken > 10);
      assert.deepEqual(detected, simulated);
    }
  });
});

describe('with losses and reordering', () => {
  for (const transport of TRANSPORTS) {
    it(`${transport}: 99 % of the segments and 99.9 % of the bytes agree`, async () => {
      let segments = 0;
      let agreeing = 0;
      let bytes = 0;
      let differingBytes = 0;
      for (const seed of [...SEEDS, 5, 6, 7, 8]) {
        for (const pinnedPx of [480, null]) {
          const spec = {
            transport,
            pinnedPx,
            durationSeconds: 90,
            lossBefore: 0.005,
            lossAfter: 0.005,
            reordering: 0.005,
          };
          const { simulated, detected } = await compareSegments(specOf(seed, spec));
          const found = new Map(detected.map((segment) => [keyOf(segment), segment]));
          // A segment too many counts as one that does not agree.
          segments += Math.max(simulated.length, detected.length);
          for (const segment of simulated) {
            const match = found.get(keyOf(segment));
            bytes += segment.downstreamBytes;
            differingBytes += Math.abs(segment.downstreamBytes - (match?.downstreamBytes ?? 0));
            if (match?.downstreamBytes === segment.downstreamBytes) agreeing++;
          }
        }
      }
      assert.ok(segments > 400);
      assert.ok(agreeing / segments >= 0.99, `${agreeing} of ${segments} segments agree`);
      assert.ok(differingBytes / bytes <= 0.001, `${differingBytes} of ${bytes} bytes differ`);
    });
  }
});

const keyOf = ({ flow, requestUs }: ComparedSegment): string => `${flow} ${requestUs}`;
