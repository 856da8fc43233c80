import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import type { SessionSpec } from '../../../simulation/session-spec.js';
import { simulateSession } from '../../../simulation/simulate-session.js';
import { TEST_SESSION } from './compare-segments.js';

const hashOf = (spec: SessionSpec): string =>
  createHash('sha256').update(simulateSession(spec).capture).digest('hex');

describe('simulateSession', () => {
  for (const transport of ['tcp', 'quic'] as const) {
    it(`${transport}: gives the same bytes for the same specification, different ones for another seed or id`, () => {
      const spec = { ...TEST_SESSION, transport, durationSeconds: 20, lossAfter: 0.01, reordering: 0.01 };
      const hash = hashOf(spec);
      assert.equal(hashOf({ ...spec }), hash);
      assert.notEqual(hashOf({ ...spec, seed: 12 }), hash);
      assert.notEqual(hashOf({ ...spec, sessionId: 'test-2' }), hash);
    });
  }

  it('captures headers, complete look-ups and complete hellos, and records all wire lengths', () => {
    const capture = Buffer.from(simulateSession(TEST_SESSION).capture);
    let captured = 0;
    let wire = 0;
    let previousUs = 0;
    for (let at = 24; at < capture.length; at += 16 + capture.readUInt32LE(at + 8)) {
      const timeUs = capture.readUInt32LE(at) * 1e6 + capture.readUInt32LE(at + 4);
      assert.ok(timeUs >= Math.max(previousUs, TEST_SESSION.startUs));
      assert.ok(timeUs <= TEST_SESSION.startUs + TEST_SESSION.durationSeconds * 1e6);
      previousUs = timeUs;
      captured += capture.readUInt32LE(at + 8);
      wire += capture.readUInt32LE(at + 12);
    }
    assert.ok(wire > 8 * captured, `${wire} bytes on the wire, ${captured} captured`);
  });

  it('pinned: fills its buffer, then fetches as much media as it plays, from one rung, without a stall', () => {
    const seeded = [21, 22, 23, 24].map((seed) =>
      simulateSession({ ...TEST_SESSION, seed, durationSeconds: 120 }),
    );
    for (const { truth } of seeded) {
      const video = truth.segments.filter(({ kind }) => kind === 'video');
      assert.ok(video.every(({ media }) => media?.heightPx === 480));
      const events = truth.player.flatMap(({ event }) => event ?? []);
      if (events.includes('seek')) continue;
      assert.deepEqual(events, ['play']);
      const playUs = truth.player.find(({ event }) => event === 'play')!.timeUs;
      assert.ok(playUs - video[0]!.requestUs! < 5e6);
      const last = truth.player.at(-1)!;
      assert.ok(last.bufferSeconds >= 16 && last.bufferSeconds <= 24 + 8, `${last.bufferSeconds} s buffered`);
      assert.ok(Math.abs(last.positionSeconds - (last.timeUs - playUs) / 1e6) < 0.2);
    }
  });

  it('adaptive: rungs change, players stall and seek, and only arrived segments are shown', () => {
    const sessions = [1, 2, 3, 4, 5, 6].map((seed) =>
      simulateSession({
        ...TEST_SESSION,
        seed,
        sessionId: `adaptive-${seed}`,
        pinnedPx: null,
        durationSeconds: 120,
      }),
    );
    const events = new Set(sessions.flatMap(({ truth }) => truth.player.flatMap(({ event }) => event ?? [])));
    assert.deepEqual([...events].sort(), ['play', 'resolution', 'resume', 'seek', 'stall']);
    for (const { truth } of sessions) {
      const fetched = new Set(truth.segments.flatMap(({ media }) => media?.heightPx ?? []));
      const shown = new Set(truth.player.flatMap(({ heightPx }) => heightPx ?? []));
      for (const heightPx of shown) assert.ok(fetched.has(heightPx));
      assert.ok(truth.player.every(({ state, bufferSeconds }) => state !== 'playing' || bufferSeconds >= 0));
    }
  });

  it('has sessions with separate and muxed audio, one and several connections, IPv4 and IPv6', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const { segments } = simulateSession({ ...TEST_SESSION, seed, durationSeconds: 12 }).truth;
      const media = segments.filter(({ kind }) => kind === 'video' || kind === 'audio');
      seen.add(media.some(({ kind }) => kind === 'audio') ? 'separate' : 'muxed');
      seen.add(new Set(media.map(({ flow }) => flow.client.port)).size > 1 ? 'several' : 'one');
      seen.add(segments[0]!.flow.client.addressText.includes(':') ? 'IPv6' : 'IPv4');
    }
    assert.deepEqual([...seen].sort(), ['IPv4', 'IPv6', 'muxed', 'one', 'separate', 'several']);
  });

  it('refuses an unknown rung, and one that is not on the ladder', () => {
    assert.throws(
      () => simulateSession({ ...TEST_SESSION, ladderPx: [481], pinnedPx: 481 }),
      /no bitrate for 481 px/,
    );
    assert.throws(
      () => simulateSession({ ...TEST_SESSION, pinnedPx: 1440 }),
      /the ladder has no rung of 1440 px/,
    );
  });
});
