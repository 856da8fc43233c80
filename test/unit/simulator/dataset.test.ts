import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sessionsCsv, simulateDataset } from '../../../domain/simulator/dataset.js';
import { simulateSession } from '../../../domain/simulator/simulate-session.js';

const LADDER = [240, 360, 480, 720, 1080];

describe('simulateDataset', () => {
  const dataset = { seed: 3, sessionsPerRung: 5, durationSeconds: 60, ladder: LADDER };
  const sessions = simulateDataset(dataset);

  it('has the sessions of every rung, each title once per rung, both transports in each', () => {
    assert.equal(sessions.length, 25);
    assert.equal(new Set(sessions.map(({ sessionId }) => sessionId)).size, 25);
    assert.equal(sessions[12]?.sessionId, 'sim-0480-03');
    for (const heightPx of LADDER) {
      const rung = sessions.filter((session) => session.heightPx === heightPx);
      assert.equal(new Set(rung.map(({ videoId }) => videoId)).size, 5);
      assert.equal(new Set(rung.map(({ transport }) => transport)).size, 2);
    }
    assert.deepEqual(simulateDataset(dataset), sessions);
    assert.notDeepEqual(simulateDataset({ ...dataset, seed: 4 }), sessions);
  });

  it('writes the sessions file', () => {
    const [header, first, ...rest] = sessionsCsv(sessions).split('\n');
    assert.equal(header, 'session_id,capture,site,video_id,resolution');
    assert.equal(first, 'sim-0240-01,sim-0240-01.pcap,simulated,title-01,240');
    assert.equal(rest.length, 25);
    assert.equal(rest.at(-1), '');
  });

  it('cannot be told apart by segment sizes alone: neighbouring rungs overlap', () => {
    const meanBytes = (heightPx: number) =>
      sessions
        .filter((session) => session.heightPx === heightPx)
        .map((session) => {
          const video = simulateSession(session).truth.segments.filter(({ kind }) => kind === 'video');
          return video.reduce((sum, { downstreamBytes }) => sum + downstreamBytes, 0) / video.length;
        });
    const lower = meanBytes(360);
    const upper = meanBytes(480);
    assert.ok(Math.max(...lower) > Math.min(...upper));
    assert.ok(Math.max(...upper) > Math.max(...lower));
  });
});
