import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ingestFile } from '../../bench/ingest-file.js';
import { runConfigSchema } from '../../schemas/run-config.js';
import { playerCsv } from '../../simulation/csv.js';
import { simulateDataset } from '../../simulation/dataset.js';
import { simulateSession } from '../../simulation/simulate-session.js';
import { loadPlayerLogs, requireOverlap } from '../../warehouse/captures/player-logs.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { type SqlRow, type Warehouse } from '../../warehouse/core/warehouse.js';
import { buildFeatureTables } from '../../warehouse/features/build-features.js';
import { buildTrainingTables } from '../../warehouse/features/build-training-tables.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import { readPlayerLogsTask } from '../../worker/tasks/read-player-logs.js';
import { NO_SHARED_DATA, sharedData } from '../shared-data.js';

const LADDER = [144, 240, 360, 480, 720, 1080, 1440, 2160];

/** A capture with its player's log, through the real tables. @param change of `player_logs` before it is used */
async function withLabelled<T>(
  capturePath: string,
  logPath: string,
  resolutionPx: number | null,
  work: (warehouse: Warehouse) => Promise<T>,
  change?: string,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-labels-'));
  try {
    const warehousePath = join(folder, 'warehouse.duckdb');
    const { captureId } = await ingestFile(capturePath, warehousePath, folder);
    const outputPath = join(folder, 'logs.jsonl');
    const logs = [{ sessionId: 's', path: logPath }];
    await readPlayerLogsTask({ logs, ladder: LADDER, outputPath }, () => undefined);
    const config = runConfigSchema.parse({
      source: { kind: 'captures', directory: folder },
      service: { find: 'assume' },
    });
    return await withWarehouse(warehousePath, async (warehouse) => {
      await warehouse.useRun('test');
      const source = {
        captureId,
        sessionId: 's',
        captureName: capturePath,
        site: null,
        videoId: null,
        homeId: null,
      };
      await registerRun(warehouse, { runId: 'test', config, simulated: false }, [
        { ...source, resolutionPx },
      ]);
      await buildFeatureTables(warehouse, 'test', config, [], () => undefined);
      await loadPlayerLogs(warehouse, outputPath);
      if (change !== undefined) await warehouse.run(change);
      await requireOverlap(warehouse, 'test');
      await buildTrainingTables(
        warehouse,
        'test',
        config,
        LADDER,
        (rows) => ({
          folds: new Map(rows.map(({ session }) => [session, 0])),
          foldGroups: new Map(rows.map(({ session, group }) => [session, group])),
          tried: [],
        }),
        () => undefined,
      );
      return await work(warehouse);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Truth {
  readonly timeUs: number;
  readonly heightPx: number | null;
}

/** The correct label of a window, from the ground truth of every millisecond. */
function labelOf(truth: readonly Truth[], startUs: number, endUs: number): SqlRow {
  const counts = new Map<number | null, number>();
  let at = -1;
  for (let us = startUs + 500; us < endUs; us += 1000) {
    while ((truth[at + 1]?.timeUs ?? Infinity) <= us) at++;
    const height = truth[at]?.heightPx ?? null;
    counts.set(height, (counts.get(height) ?? 0) + 1);
  }
  const [longest] = [...counts].sort((a, b) => b[1] - a[1]);
  const resolutionPx = longest?.[0] ?? null;
  const shown = [...counts.keys()].filter((height) => height !== null);
  return {
    resolution_px: resolutionPx,
    label_state: resolutionPx === null ? 'none' : shown.length > 1 ? 'switch' : 'steady',
  };
}

/** Seconds from the last change of resolution to the window's start; null if there was none before its end. */
function sinceSwitch(truth: readonly Truth[], startUs: number, endUs: number): number | null {
  const shown = truth.filter(({ heightPx }) => heightPx !== null);
  const changes = shown.filter(({ heightPx }, at) => at > 0 && heightPx !== shown[at - 1]?.heightPx);
  const last = changes.filter(({ timeUs }) => timeUs < endUs).at(-1);
  return last === undefined ? null : (startUs - last.timeUs) / 1e6;
}

const WINDOWS = `
  select start_us, end_us, window_labels.resolution_px, label_state, label_source, since_switch_seconds
  from window_labels join session_windows using (session_id, window_index)
  order by session_id, window_index`;

describe('labels of windows', () => {
  const spec = {
    seed: 5,
    sessions: 6,
    durationSeconds: 150,
    service: 'youtube',
    codec: 'mixed',
    ladder: [240, 360, 480, 720, 1080],
    adaptive: true,
    transport: 'mixed',
    otherTraffic: true,
    loss: 0.001,
    reordering: 0,
    snapLength: 96,
  } as const;

  /** Sessions differ in how often they switch; this one switches at least twice. */
  const session = simulateDataset(spec)
    .map((each) => ({ each, ...simulateSession(each) }))
    .find(({ truth }) => new Set(truth.player.map(({ heightPx }) => heightPx)).size >= 3);

  for (const base of ['epoch seconds', 'capture start'] as const) {
    it(`are the resolution that a simulated player showed for most of each window (times in ${base})`, async () => {
      assert.ok(session !== undefined, 'a simulated session switches');
      const { capture, truth } = session;
      const folder = mkdtempSync(join(tmpdir(), 'vqi-adaptive-'));
      try {
        const capturePath = join(folder, 'a.pcap');
        const logPath = join(folder, 'a.csv');
        writeFileSync(capturePath, capture);
        // The first record's time, little-endian seconds and microseconds after the file's header.
        const firstUs = Buffer.from(capture).readUInt32LE(24) * 1e6 + Buffer.from(capture).readUInt32LE(28);
        const lines = truth.player
          .filter(({ timeUs }) => timeUs >= firstUs)
          .map(({ timeUs, heightPx }) => `${(timeUs - firstUs) / 1e6},${heightPx ?? ''}\n`);
        writeFileSync(
          logPath,
          base === 'capture start' ? `time,resolution\n${lines.join('')}` : playerCsv(truth.player),
        );
        await withLabelled(capturePath, logPath, null, async (warehouse) => {
          const rows = await warehouse.rows(WINDOWS);
          const found = rows.map(({ resolution_px, label_state }) => ({ resolution_px, label_state }));
          const expected = rows.map((row) =>
            labelOf(truth.player, Number(row['start_us']), Number(row['end_us'])),
          );
          assert.deepEqual(found, expected);
          const ages = rows.map((row) =>
            row['since_switch_seconds'] === null ? null : Number(row['since_switch_seconds']),
          );
          assert.deepEqual(
            ages,
            rows.map((row) => sinceSwitch(truth.player, Number(row['start_us']), Number(row['end_us']))),
          );
          assert.ok(
            ages.some((age) => age !== null && age < 0) && ages.some((age) => age !== null && age > 0),
          );
          const states = new Set(found.map((row) => row['label_state']));
          assert.ok(states.has('switch') && states.has('steady'), [...states].join());

          const switches = found.filter((row) => row['label_state'] === 'switch').length;
          const [log] = await warehouse.rows(
            "select count(*)::integer as rows from cleaning_log where rule = 'switch'",
          );
          assert.equal(log?.['rows'], switches);
          const [shown] = await warehouse.rows(
            "select count(*)::integer as rows from scoring_set join dataset_raw using (session_id, window_index) where label_state = 'switch' and fold is null and scoring_set.resolution_px is not null",
          );
          assert.equal(shown?.['rows'], switches);
          const [learnt] = await warehouse.rows(
            "select count(*)::integer as rows from dataset_clean join dataset_raw using (session_id, window_index) where label_state <> 'steady'",
          );
          assert.equal(learnt?.['rows'], 0);
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  it('agree with a count of the rows of a real log of the Requet data set', async (test) => {
    const capturePath = sharedData('requet', 'A_Mar22_41.pcap.gz');
    const logPath = sharedData('requet', 'A_Mar22_41.merged.txt.gz');
    if (capturePath === null || logPath === null) {
      test.skip(NO_SHARED_DATA);
      return;
    }
    // 720 has the same place in the one-hot list of every labelled row; epoch minus time is the log's start.
    const truth = gunzipSync(readFileSync(logPath))
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({
        timeUs: Math.round((1521742871.73 + Number(/^\[([\d.e-]+),/.exec(line)?.[1])) * 1e6),
        heightPx: line.includes('[0, 0, 0, 0, 0, 1, 0, 0, 0]') ? 720 : null,
      }));
    // The label of the whole session must not be used where the log has one.
    await withLabelled(capturePath, logPath, 1080, async (warehouse) => {
      const rows = await warehouse.rows(WINDOWS);
      assert.ok(rows.length >= 30, `${rows.length} windows`);
      assert.deepEqual(
        rows.map(({ resolution_px, label_state }) => ({ resolution_px, label_state })),
        rows.map((row) => labelOf(truth, Number(row['start_us']), Number(row['end_us']))),
      );
      assert.ok(rows.filter((row) => row['label_source'] === 'player log').length >= 30);
    });
  });

  it('of a log that ends with an unknown resolution without an end are unknown from there on', async () => {
    assert.ok(session !== undefined);
    const folder = mkdtempSync(join(tmpdir(), 'vqi-unknown-end-'));
    try {
      const capturePath = join(folder, 'a.pcap');
      const logPath = join(folder, 'a.csv');
      writeFileSync(capturePath, session.capture);
      writeFileSync(logPath, 'time,resolution\n0,480\n68,\n');
      const unknown = '{start_us: 68000000, end_us: null, resolution_px: null}';
      for (const change of [undefined, `update player_logs set shown = list_append(shown, ${unknown})`])
        await withLabelled(
          capturePath,
          logPath,
          240,
          async (warehouse) => {
            const labels = await warehouse.rows(
              'select label_state, resolution_px, since_switch_seconds, count(*)::integer as windows from window_labels group by all order by windows',
            );
            const states = labels.map((row) => [
              row['label_state'],
              row['resolution_px'],
              row['since_switch_seconds'],
            ]);
            assert.deepEqual(states, [
              ['steady', 480, null],
              ['none', null, null],
            ]);
          },
          change,
        );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are refused if log and capture do not overlap in time', async () => {
    assert.ok(session !== undefined);
    const folder = mkdtempSync(join(tmpdir(), 'vqi-apart-'));
    try {
      const capturePath = join(folder, 'a.pcap');
      const logPath = join(folder, 'a.csv');
      writeFileSync(capturePath, session.capture);
      writeFileSync(logPath, 'time,resolution\n1500000000,480\n1500000060,\n');
      await assert.rejects(
        withLabelled(capturePath, logPath, null, () => Promise.resolve()),
        /a\.csv: the log \(times read as epoch seconds\) begins at 2017-07-14 02:40:00 UTC, but .*a\.pcap lasts from 2026-01-05 .*: they do not overlap/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
