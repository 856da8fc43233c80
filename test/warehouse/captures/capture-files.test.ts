import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readOwnJson } from '../../../activities/artifacts.js';
import { listIfMany } from '../../../activities/planning/capture-list.js';
import type { CaptureList, IngestedSource } from '../../../activities/planning/run-plan.js';
import { inTemporaryHome, type TemporaryHome } from '../../../library/in-temporary-home.js';
import type { JoinedFiles } from '../../../schemas/run-config.js';
import { pcapAt } from '../../pcap-at.js';

const DECODING = { thresholds: { tcpBytes: 0, udpBytes: 150 }, anonymise: false };

describe('what a warehouse knows of captures in several files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-capture-files-'));
  const paths = [1, 2, 3].map((at) => join(folder, `ring_0000${at}_2026010100000${at}.pcap`));
  before(() => paths.forEach((path, at) => writeFileSync(path, pcapAt(100 + at))));
  after(() => rmSync(folder, { recursive: true }));

  /** The steps of a run, so that those of two can alternate. */
  const runIn = ({ activities, artifacts }: TemporaryHome, joined: JoinedFiles, strict = false) => ({
    plan: async (): Promise<CaptureList> => {
      const found = await activities.planAnalysis({ config: { capture: folder, join: joined } });
      const { list } = await listIfMany(artifacts, found, 0);
      assert.ok(list);
      return list;
    },
    /** @returns how many had to be read */
    read: async (list: CaptureList): Promise<number> => {
      const { unread } = await activities.findUnreadCaptures({ list, decoding: DECODING });
      const to = unread.rows ?? 0;
      const range = { from: 0, to };
      const { decoded } = await activities.decodeCaptures({ unread, ...range, decoding: DECODING, strict });
      await activities.loadCaptures({ decoded });
      return to;
    },
    gather: async (list: CaptureList): Promise<string[]> => {
      const { listed } = await activities.gatherCaptures({ list, decoding: DECODING, skipped: [] });
      const { sources } = await readOwnJson<{ sources: IngestedSource[] }>(listed.path);
      return sources.map(({ captureId }) => captureId);
    },
  });
  const stored = async (
    home: TemporaryHome,
    ids: readonly string[],
  ): Promise<{ packets: unknown; cut: unknown }[]> =>
    await home.inWarehouse(async (warehouse) => {
      const rows = await warehouse.rows(
        'select capture_id::varchar as id, packet_count::integer as packets, cut_reason from main.captures',
      );
      return ids.map((id) => {
        const row = rows.find((each) => each['id'] === id);
        return { packets: row?.['packets'], cut: row?.['cut_reason'] };
      });
    });

  it('is not mixed up by a run that joins them and one at the same time that does not', async () => {
    await inTemporaryHome([folder], { threads: 1 }, undefined, async (home) => {
      const [together, apart] = [runIn(home, 'numbered'), runIn(home, 'none')];
      const [series, files] = [await together.plan(), await apart.plan()];
      assert.deepEqual([await together.read(series), await apart.read(files)], [1, 3]);
      const [ofSeries, ofFiles] = [await together.gather(series), await apart.gather(files)];
      assert.deepEqual(await stored(home, ofSeries), [{ packets: 3, cut: null }]);
      assert.deepEqual(
        await stored(home, ofFiles),
        paths.map(() => ({ packets: 1, cut: null })),
      );
      // Neither makes the other read again.
      assert.deepEqual([await together.read(series), await apart.read(files)], [0, 0]);
    });
  });

  it('has a series without the files that a ring buffer deleted after it was planned, and names them', async () => {
    await inTemporaryHome([folder], { threads: 1 }, undefined, async (home) => {
      const run = runIn(home, 'numbered');
      const series = await run.plan();
      const [oldest = ''] = paths;
      rmSync(oldest);
      try {
        await assert.rejects(runIn(home, 'numbered', true).read(series), {
          name: 'CaptureFormatError',
          message: /: ring_00001_.*, file 1 of 3: the file was deleted before it was read/,
        });
        assert.equal(await run.read(series), 1);
      } finally {
        writeFileSync(oldest, pcapAt(100));
      }
      assert.deepEqual(await stored(home, await run.gather(series)), [
        {
          packets: 2,
          cut: 'ring_00001_20260101000001.pcap, file 1 of 3: the file was deleted before it was read, as the oldest files of a ring buffer are',
        },
      ]);
      // The whole series is another capture.
      assert.equal(await run.read(await run.plan()), 1);
    });
  });
});
