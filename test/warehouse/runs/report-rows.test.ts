import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupedWindows, timelineRows, trafficTimelines } from '../../../warehouse/runs/report-rows.js';
import { withTestRun } from '../../sql/test-run.js';

describe('groupedWindows', () => {
  it('counts held-out windows by service and by site, not those of training', async () => {
    await withTestRun(async (warehouse) => {
      await warehouse.run(
        `create table predictions as
        select session_id, split, true_px, map([240, 480], if(likeliest = 240, [0.7, 0.3], [0.2, 0.8])) as probabilities
        from (values
          ('a', 'held out', 240, 240), ('a', 'held out', 240, 240), ('a', 'held out', 240, 480),
          ('b', 'held out', 480, 480), ('b', 'held out', null, 480), ('c', 'training', 480, 480)
        ) as t(session_id, split, true_px, likeliest)`,
      );
      await warehouse.run(
        "create table sessions as select * from (values ('a', 'netflix'), ('b', 'youtube'), ('c', 'netflix')) as t(session_id, service)",
      );
      const row = (
        kind: string,
        group: string,
        session: string,
        truePx: number,
        predictedPx: number,
        windows: number,
      ) => ({
        ...{ kind, group, session, truePx, predictedPx, windows },
      });
      const byService = [
        row('service', 'netflix', 'a', 240, 240, 2),
        row('service', 'netflix', 'a', 240, 480, 1),
        row('service', 'youtube', 'b', 480, 480, 1),
      ];
      assert.deepEqual(await groupedWindows(warehouse), byService);
      await warehouse.run(
        "create table dataset_raw as select 'a' as session_id, 'g' as session_group from range(3)",
      );
      await warehouse.run(
        "create table group_values as select 'g' as session_group, 'site' as kind, 'lab' as value",
      );
      assert.deepEqual(await groupedWindows(warehouse), [
        ...byService,
        row('site', 'lab', 'a', 240, 240, 2),
        row('site', 'lab', 'a', 240, 480, 1),
      ]);
    });
  });

  it('has no groups for a run that has none of the tables', async () => {
    await withTestRun(async (warehouse) => {
      assert.deepEqual(await groupedWindows(warehouse), []);
    });
  });
});

describe('timelineRows', () => {
  it('places media segments and throughput in the time of the session', async () => {
    await withTestRun(async (warehouse) => {
      const startUs = 1_700_000_000_000_000;
      await warehouse.run(
        `create table resolution_timeline as
        select
          'a' as session_id, window_index, window_index * 10.0 as elapsed_seconds,
          ${startUs} + window_index * 10000000 as start_us, 480 as predicted_px, 0.8 as confidence,
          map([240, 480], [0.2, 0.8]) as probabilities, null::integer as true_px, null::varchar as unknown_kind,
          null::varchar as unknown_reason, 'none' as split
        from (values (0), (1)) as w(window_index)`,
      );
      await warehouse.run(
        `create table media_segments as
        select 'a' as session_id, 1 as completed_so_far, ${startUs} + 12500000 as end_us, 1e6 as downstream_bytes, 'video' as kind`,
      );
      await warehouse.run(
        `create table feat_windows as
        select 'a' as session_id, window_index, 100.0 * window_index as "service_Video_throughput_down"
        from (values (0), (1)) as w(window_index)`,
      );
      const [timeline] = await timelineRows(warehouse, ['a'], 10);
      assert.equal(timeline?.startUs, startUs);
      assert.deepEqual(timeline.segments, [{ seconds: 12.5, bytes: 1e6, kind: 'video' }]);
      assert.deepEqual(timeline.throughput, [
        { startSeconds: 0, kbps: 0 },
        { startSeconds: 10, kbps: 100 },
      ]);
    });
  });
});

describe('trafficTimelines', () => {
  it('are of the sessions with the most media, without predictions', async () => {
    await withTestRun(async (warehouse) => {
      await warehouse.run(
        `create table sessions as select * from (values
          ('small', true, 10), ('large', true, 30), ('middle', true, 20), ('none', false, 0)
        ) as t(session_id, has_media, media_bytes)`,
      );
      await warehouse.run(
        `create table session_windows as
        select session_id, 0 as window_index, 5000000 as start_us from sessions`,
      );
      await warehouse.run(
        `create table media_segments as
        select session_id, 1 as completed_so_far, 8000000 as end_us, 1e6 as downstream_bytes, null::varchar as kind
        from sessions`,
      );
      await warehouse.run(
        `create table feat_windows as
        select session_id, 0 as window_index, 7.5 as "service_Video_throughput_down" from sessions`,
      );
      const { timelines, sessions } = await trafficTimelines(warehouse, 10, 2);
      assert.equal(sessions, 3);
      assert.deepEqual(
        timelines.map(({ sessionId }) => sessionId),
        ['large', 'middle'],
      );
      assert.deepEqual(timelines[0]?.segments, [{ seconds: 3, bytes: 1e6, kind: null }]);
      assert.deepEqual(timelines[0].throughput, [{ startSeconds: 0, kbps: 7.5 }]);
      assert.deepEqual(
        timelines[0].rows.map(({ endSeconds, predictedPx, unknown }) => [endSeconds, predictedPx, unknown]),
        [[10, null, null]],
      );
    });
  });
});
