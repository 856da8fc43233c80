import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INTEGER, list, VARCHAR } from '../../warehouse/core/duckdb.js';
import { runChecks } from '../../warehouse/core/run-models.js';
import { built, datasetCsv } from './clean-dataset.js';

describe('splits of a dataset', () => {
  it('holds out whole sessions of both rungs, and assigns the others to the folds', async () => {
    const rows = await built((warehouse) =>
      warehouse.rows(
        'select resolution_px, fold, count(*)::integer as groups from splits group by all order by all',
      ),
    );
    const heldOut = rows.filter((row) => row['fold'] === -1);
    assert.deepEqual(
      heldOut.map((row) => row['resolution_px']),
      [240, 1080],
    );
    assert.deepEqual([...new Set(rows.map((row) => row['fold']))].sort(), [-1, 0, 1, 2]);
    assert.equal(
      rows.reduce((sum, row) => sum + Number(row['groups']), 0),
      11,
    );
  });

  it('gives the same split for the same seed, whatever the order of the file', async () => {
    const [header, ...lines] = datasetCsv().trim().split('\n');
    const reversed = [header, ...lines.reverse(), ''].join('\n');
    const splits = (csv: string) =>
      built((warehouse) => warehouse.rows('select * from splits order by session_group'), csv);
    assert.deepEqual(await splits(reversed), await splits(datasetCsv()));
  });

  it('keeps sessions with a common video together, also through other sessions', async () => {
    // s0 and s4 share a video, s4 and s8 another; every other session has its own.
    const videos = new Map([
      ['s0', ['v']],
      ['s4', ['v', 'w']],
      ['s8', ['w']],
    ]);
    const [header, ...lines] = datasetCsv().trim().split('\n');
    const csv = [
      header,
      ...lines.map((line, at) => {
        const cells = line.split(',');
        const ofSession = videos.get(cells[0] ?? '');
        cells[9] = ofSession?.[at % 2] ?? ofSession?.[0] ?? cells[9] ?? '';
        return cells.join(',');
      }),
      '',
    ].join('\n');
    for (const seed of [1, 2, 3]) {
      const rows = await built(
        (warehouse) => warehouse.rows('select session_group, split_group, fold from splits'),
        csv,
        { source: { groupColumns: { video: 'video_id' } }, split: { by: 'video' }, seed },
      );
      const together = rows.filter((row) => videos.has(String(row['session_group'])));
      assert.equal(together.length, 3);
      assert.equal(new Set(together.map((row) => row['fold'])).size, 1);
      assert.equal(new Set(rows.map((row) => row['split_group'])).size, rows.length - 2);
    }
  });

  it('finds the date of a session from times of any kind, in UTC', async () => {
    // A second before midnight, then a day later for each session.
    const instant = (session: number) => new Date((1_519_862_399 + session * 86_400) * 1000);
    const days = Array.from({ length: 11 }, (_, session) => instant(session).toISOString().slice(0, 10));
    assert.deepEqual(days.slice(0, 2), ['2018-02-28', '2018-03-01']);
    const [header, ...lines] = datasetCsv().trim().split('\n');
    const kinds: ((at: Date) => string)[] = [
      (at) => String(at.getTime() / 1000),
      (at) => String(at.getTime()),
      (at) => String(at.getTime() * 1000),
      (at) => at.toISOString().replace('T', ' ').slice(0, 19),
      (at) => at.toISOString().slice(0, 10),
    ];
    for (const kind of kinds) {
      const dated = lines.map((line) => `${line},${kind(instant(Number(/^s(\d+)/.exec(line)?.[1])))}`);
      const rows = await built(
        (warehouse) => warehouse.rows('select distinct split_group as day from splits order by day'),
        [`${header},at`, ...dated, ''].join('\n'),
        { source: { groupColumns: { date: 'at' } }, split: { by: 'date' } },
      );
      assert.deepEqual(
        rows.map((row) => row['day']),
        days,
      );
    }
  });

  it('names the configuration key if the group of sessions is not known', async () => {
    const fails = (options: object, message: RegExp, csv = datasetCsv()) =>
      assert.rejects(
        built(() => Promise.resolve(), csv, options),
        message,
      );
    await fails(
      { split: { by: 'home' } },
      /source\.groupColumns\.home \(--group-column home=NAME\) must name the column for split\.by home/,
    );
    await fails(
      { split: { by: 'site' }, source: { groupColumns: { site: 'words' } } },
      /split\.by is site, but session s4 has no site/,
      datasetCsv().replaceAll(/,w4\d\d$/gm, ','),
    );
    await fails(
      { source: { excludeColumns: ['goood'] } },
      /source\.excludeColumns names goood, which is not a column/,
    );
    const renamed = datasetCsv().replace('resolution', 'height');
    await fails(
      {},
      /there is no column resolution, which is the usual name: name the label column in source\.labelColumn \(--label-column NAME\); it has session_id, height/,
      renamed,
    );
    await fails(
      { source: { adapter: 'netflix-dataset' } },
      /there is no column resolution, which the adapter netflix-dataset names: name the label column in source\.labelColumn/,
      renamed,
    );
  });

  it('fails a check if a session or group is on two sides, or a dropped row is not in the log', async () => {
    const broken = (change: string): Promise<string> =>
      built(
        async (warehouse) => {
          await warehouse.run(change);
          return await runChecks(warehouse, 'test', ['scoring_set', 'splits', 'cleaning_log'], {
            ladder: list([240, 1080], INTEGER),
            label_side_columns: list([], VARCHAR),
            split_by: 'video',
          }).then(
            () => 'no check failed',
            (error: unknown) => String(error),
          );
        },
        datasetCsv().replaceAll(',v5,', ',v4,'),
        { source: { groupColumns: { video: 'video_id' } }, split: { by: 'video' } },
      );
    assert.equal(await broken('select 1'), 'no check failed');
    assert.match(
      await broken(
        "update scoring_set set fold = (fold + 1) % 3 where session_id = 's2' and window_index = 1",
      ),
      /assert_splits_whole_groups found 2 offending rows/,
    );
    assert.match(
      await broken("update scoring_set set fold = (fold + 2) % 3 where session_id = 's5'"),
      /assert_splits_whole_groups found 1 offending rows, .*"v4"/,
    );
    assert.match(await broken("delete from splits where session_group = 's3'"), /assert_splits_complete/);
    assert.match(
      await broken("delete from cleaning_log where name = 's11' and window_index = 0"),
      /assert_cleaning_log_complete found 1 offending rows/,
    );
  });
});
