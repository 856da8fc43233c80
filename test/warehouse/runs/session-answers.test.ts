import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { answersTable, withSessions } from '../../../cli/session-answers.js';
import { projectRoot } from '../../../common/project-root.js';
import { loadSkippedCaptures } from '../../../warehouse/captures/skipped-captures.js';
import type { Warehouse } from '../../../warehouse/core/warehouse.js';
import { completeRun } from '../../../warehouse/runs/publish.js';
import { registerRun } from '../../../warehouse/runs/register-run.js';
import { buildSessionsSummary, sessionAnswers } from '../../../warehouse/runs/session-answers.js';
import { withTestRun } from '../../sql/test-run.js';

const MINUTE_US = 60_000_000;
/** 2026-01-31 23:59:00 UTC */
const BEGIN_US = 1_769_903_940_000_000;

async function makeCaptures(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`
    create table stg_sources as
      select * from (values
        ('night', 1::bigint, 'night.pcap'), ('night#2', 1, 'copy.pcap'), ('quiet', 2, 'quiet.pcap'), ('empty', 3, 'empty.pcap'))
        as s(session_label, capture_id, capture_name);
    create table service_bytes as
      select * from (values (1::bigint, 'youtube'), (2, null), (2, 'netflix')) as b(capture_id, service);
    create table sessions as
      select * from (values
        ('night', 'night', 1::bigint, 'youtube', '10.0.0.1', ${BEGIN_US}::bigint, ${BEGIN_US + 2 * MINUTE_US}::bigint, true, 5000000::bigint),
        ('night#2', 'night', 1, 'youtube', '10.0.0.2', ${BEGIN_US}, ${BEGIN_US + MINUTE_US}, false, 0)
      ) as s(session_id, session_label, capture_id, service, client_address, start_us, end_us, has_media, media_bytes)`);
}

describe('sessions in short', () => {
  it('say what was predicted most of the time, how often it changed, and what is unknown and why', async () => {
    await withTestRun(async (warehouse) => {
      await makeCaptures(warehouse);
      await warehouse.run(`
        create table predictions as
        select * from (values
          ('night', 0, null, null, 'no media', 'no media segment in sight'),
          ('night', 1, 480, 0.6, null, null),
          ('night', 2, 720, 0.8, null, null),
          ('night', 3, null, null, 'low confidence', 'confidence 0.41 is below 0.55'),
          ('night', 4, null, null, 'low confidence', 'confidence 0.40 is below 0.55'),
          ('night', 5, 720, 0.9, null, null),
          ('night', 6, 720, 0.9, null, null),
          ('night', 7, 480, 0.8, null, null),
          ('night#2', 0, null, null, 'no media', 'no media segment in sight')
        ) as p(session_id, window_index, predicted_px, confidence, unknown_kind, unknown_reason)`);
      await buildSessionsSummary(warehouse, true);
      const { answers, all } = await sessionAnswers(warehouse);
      assert.equal(all, 4);
      const night = answers.find(({ sessionId }) => sessionId === 'night');
      assert.deepEqual(night, {
        ...{ sessionId: 'night', captureName: 'night.pcap', service: 'youtube', clientAddress: '10.0.0.1' },
        ...{ beganMs: BEGIN_US / 1000, seconds: 120, windows: 8 },
        // 720p in three of five windows answered; 480p to 720p, and back.
        ...{ resolutionPx: 720, resolutionShare: 3 / 5, switches: 2, confidence: 0.8 },
        ...{ unknownShare: 3 / 8, unknownKind: 'low confidence' },
        ...{ unknownReason: 'confidence 0.41 is below 0.55', note: null },
      });
      assert.deepEqual(
        answers.map(({ sessionId, captureName, unknownShare, note }) => [
          sessionId,
          captureName,
          unknownShare,
          note,
        ]),
        [
          ['night', 'night.pcap', 3 / 8, null],
          // The second session of night, although another source of the capture has this name.
          ['night#2', 'night.pcap', 1, 'no media: fewer than three large segments from one service'],
          // Captures without a session are last, so that many of them do not hide the answers.
          [null, 'empty.pcap', null, 'no TCP or UDP traffic'],
          [null, 'quiet.pcap', null, 'flows of netflix, but no request with a response'],
        ],
      );
      assert.deepEqual(withSessions({ sessions: 2, segments: 9, answers: { answers, all: 204 } }), {
        ...{ segments: 9, sessionCount: 2, sessions: answers, sessionsLeftOut: 200 },
      });
      const text = answersTable({ answers, all: 204 });
      assert.match(
        text,
        /\nresolution: the one predicted most of the time, and its share of the windows with an answer\n$/,
      );
      assert.match(
        text,
        /night .*2026-01-31 23:59:00.* 2:00 .*720p in 60 %.* 2 .*0\.80.*38 % \(low confidence\)/,
      );
      assert.match(text, /quiet\.pcap \(no session\)/);
      assert.match(text, /and 200 more/);
    });
  });

  it('of an analysis have no resolutions, and are kept for all runs that are finished', async () => {
    await withTestRun(async (warehouse) => {
      for (const runId of ['test', 'other', 'cv/part-1', 'failed']) {
        await warehouse.useRun(runId);
        await registerRun(warehouse, { runId, config: {}, simulated: false }, []);
        await makeCaptures(warehouse);
        await buildSessionsSummary(warehouse, false);
        if (runId !== 'failed') await completeRun(warehouse, runId);
      }
      await warehouse.useRun('other');
      await completeRun(warehouse, 'other');
      const rows = await warehouse.rows(
        `select run_id, count(*)::integer as rows, count(session_id)::integer as sessions, count(windows)::integer as windows,
          count(resolution_px)::integer as answers from main.all_sessions group by run_id order by run_id`,
      );
      const each = { rows: 4, sessions: 2, windows: 0, answers: 0 };
      assert.deepEqual(rows, [
        { run_id: 'other', ...each },
        { run_id: 'test', ...each },
      ]);
      const { answers, all } = await sessionAnswers(warehouse);
      assert.doesNotMatch(answersTable({ answers, all }), /confidence|more/);
    });
  });

  it('of every night are those of the latest run that read the capture, by the query of docs/temporal.md', async () => {
    const page = readFileSync(join(projectRoot(), 'docs', 'temporal.md'), 'utf8');
    const [, latest] = /^\$ vqi query "(from main\.all_sessions .*)"$/m.exec(page) ?? [];
    /** Of the captures that a night finds: path, id by content, first packet, session. */
    const nights = {
      // The second night has the lower id.
      'nightly-2': "('a', 1, 100, 'old'), ('grows', 2, 100, 'part'), ('renewed', 3, 100, 'first')",
      'nightly-1': "('a', 1, 100, 'new'), ('grows', 4, 100, 'whole'), ('renewed', 5, 200, 'second')",
      other: "('a', 1, 100, 'newest')",
    };
    await withTestRun(async (warehouse) => {
      for (const [at, [runId, captures]] of Object.entries(nights).entries()) {
        await warehouse.useRun(runId);
        await registerRun(warehouse, { runId, config: {}, simulated: false }, []);
        await warehouse.run(
          'update main.runs set began_at = make_timestamp($at::bigint * 1000000) where run_id = $run_id',
          {
            at,
            run_id: runId,
          },
        );
        await warehouse.run(
          `create table sessions_summary as from main.all_sessions limit 0;
          insert into sessions_summary by name
            select capture_name, capture_id, make_timestamp(first_us) as capture_began_at, session_id, 0 as windows
            from (values ${captures}) as s(capture_name, capture_id, first_us, session_id)`,
        );
        await loadSkippedCaptures(warehouse, [
          { sessionId: 'bad', captureName: 'bad.pcap', reason: 'no capture' },
        ]);
        await completeRun(warehouse, runId);
      }
      const rows = await warehouse.rows(latest!);
      assert.deepEqual(rows.map((row) => row['session_id']).sort(), ['first', 'new', 'second', 'whole']);
      const skipped = await warehouse.rows('select * exclude (run_began_at) from main.all_skipped_captures');
      assert.deepEqual(
        skipped,
        Object.keys(nights).map((runId) => ({
          ...{ run_id: runId, session_id: 'bad', capture_name: 'bad.pcap', reason: 'no capture' },
        })),
      );
    });
  });
});
