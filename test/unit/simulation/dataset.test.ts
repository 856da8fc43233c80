import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSessionsFile } from '../../../datasets/parse-sessions-file.js';
import { playerCsv, segmentsCsv, sessionsCsv } from '../../../simulation/csv.js';
import { simulateDataset, truthFiles, type DatasetSpec } from '../../../simulation/dataset.js';
import { simulateSession } from '../../../simulation/simulate-session.js';

const LADDER = [240, 360, 480, 720, 1080];
const DATASET: DatasetSpec = {
  seed: 3,
  sessions: 25,
  durationSeconds: 60,
  service: 'netflix',
  codec: 'vp9',
  ladder: LADDER,
  adaptive: false,
  transport: 'mixed',
  otherTraffic: true,
  loss: 0.002,
  reordering: 0.001,
  snapLength: 96,
};

describe('simulateDataset', () => {
  const sessions = simulateDataset(DATASET);

  it('has equally many sessions of every rung, each title once per rung, both transports in each rung', () => {
    assert.equal(sessions.length, 25);
    assert.equal(new Set(sessions.map(({ sessionId }) => sessionId)).size, 25);
    for (const heightPx of LADDER) {
      const rung = sessions.filter(({ pinnedPx }) => pinnedPx === heightPx);
      assert.equal(new Set(rung.map(({ videoId }) => videoId)).size, 5);
      assert.equal(new Set(rung.map(({ transport }) => transport)).size, 2);
    }
    assert.deepEqual(simulateDataset(DATASET), sessions);
    assert.notDeepEqual(simulateDataset({ ...DATASET, seed: 4 }), sessions);
  });

  it('spreads a number of sessions that is no multiple of the rungs, and puts half of the loss on each side', () => {
    const few = simulateDataset({ ...DATASET, sessions: 7, transport: 'quic' });
    assert.deepEqual(
      few.map(({ sessionId }) => sessionId),
      [...LADDER.map((px) => `sim-${String(px).padStart(4, '0')}-01`), 'sim-0240-02', 'sim-0360-02'],
    );
    assert.ok(
      few.every(
        ({ transport, lossBefore, lossAfter }) => transport === 'quic' && lossBefore + lossAfter === 0.002,
      ),
    );
  });

  it('writes a sessions file that the pipeline reads: pinned sessions with labels, adaptive ones with a log', () => {
    const labels = parseSessionsFile('sessions.csv', sessionsCsv(sessions), LADDER);
    assert.deepEqual(
      labels.map(({ sessionId, capture, resolutionPx }) => ({ sessionId, capture, resolutionPx })),
      sessions.map(({ sessionId, capture, pinnedPx }) => ({ sessionId, capture, resolutionPx: pinnedPx })),
    );
    const adaptive = simulateDataset({ ...DATASET, sessions: 3, adaptive: true });
    assert.equal(
      sessionsCsv(adaptive).split('\n')[1],
      'sim-adaptive-01,sim-adaptive-01.pcap,simulated,title-01,,sim-adaptive-01.player.csv',
    );
    assert.deepEqual(
      parseSessionsFile('sessions.csv', sessionsCsv(adaptive), LADDER).map(({ resolutionPx, playerLog }) => [
        resolutionPx,
        playerLog,
      ]),
      [
        [null, 'sim-adaptive-01.player.csv'],
        [null, 'sim-adaptive-02.player.csv'],
        // Every third viewer chose a rung, the rungs in turn.
        [240, null],
      ],
    );
    assert.equal(new Set(adaptive.map(({ videoId }) => videoId)).size, 3);
  });

  it('writes the player log and the segments of a session', () => {
    const { truth } = simulateSession(sessions[2]!);
    assert.deepEqual(truthFiles('sim-0480-01'), {
      player: 'sim-0480-01.player.csv',
      segments: 'sim-0480-01.segments.csv',
    });
    const [header, ...rows] = playerCsv(truth.player).trimEnd().split('\n');
    assert.equal(header, 'time,resolution,state,buffer_seconds,position_seconds,event');
    assert.equal(rows.length, truth.player.length);
    assert.match(rows[0]!, /^\d{10}\.\d{6},,startup,0\.0,0\.0,$/);
    assert.match(rows.at(-1)!, /^\d{10}\.\d{6},480,playing,\d+\.\d,\d+\.\d,$/);

    const [columns, ...segments] = segmentsCsv(truth.segments).trimEnd().split('\n');
    assert.equal(segments.length, truth.segments.length);
    assert.match(
      columns!,
      /^kind,resolution,.*,request_us,request_bytes,first_byte_us,last_byte_us,downstream_bytes,media_from_seconds,media_seconds$/,
    );
    const times = segments.map((line) => Number(line.split(',')[9]));
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    const bytes = segments.reduce((sum, line) => sum + Number(line.split(',')[13]), 0);
    assert.equal(
      bytes,
      truth.segments.reduce((sum, { downstreamBytes }) => sum + downstreamBytes, 0),
    );
  });

  it('cannot be distinguished by segment sizes alone: neighbouring rungs overlap', () => {
    const meanBps = (heightPx: number): number[] =>
      sessions
        .filter(({ pinnedPx }) => pinnedPx === heightPx)
        .map((session) => {
          const media = simulateSession(session).truth.segments.flatMap(({ kind, media }) =>
            kind === 'video' && media !== null ? media.bytes : [],
          );
          return media.reduce((sum, bytes) => sum + bytes, 0) / media.length;
        });
    const lower = meanBps(360);
    const upper = meanBps(480);
    assert.ok(Math.max(...lower) > Math.min(...upper));
    assert.ok(Math.max(...upper) > Math.max(...lower));
  });
});
