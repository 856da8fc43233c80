import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ConfinedFiles } from '../../../activities/confined-files.js';
import { capturesAt } from '../../../activities/planning/capture-folder.js';
import { CaptureFormatError } from '../../../capture/formats/capture-format-error.js';
import { findOnPath } from '../../../server/find-on-path.js';
import { sharedData } from '../../shared-data.js';
import { chunked, collect } from './collect.js';

const capture = sharedData('pcaps', 'video', 'youtube_quic.pcap');
const editcap = findOnPath('editcap', process.env['PATH'] ?? '');
const skip =
  capture === null ? 'the shared data are absent' : editcap === null ? 'editcap is not installed' : false;
const PACKETS_PER_FILE = 60;

describe('a capture in several files, divided by editcap', { skip }, () => {
  const path = capture ?? '';
  const divided = (type: 'pcap' | 'pcapng'): { folder: string; files: Uint8Array[] } => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-series-'));
    const args = ['-F', type, '-c', String(PACKETS_PER_FILE), path, join(folder, `ring.${type}`)];
    execFileSync(editcap ?? '', args);
    const files = readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name)));
    assert.ok(files.length > 2);
    return { folder, files };
  };

  for (const type of ['pcap', 'pcapng'] as const) {
    it(`gives the rows of the whole capture (${type})`, async () => {
      const { folder, files } = divided(type);
      try {
        const whole = await collect(chunked(readFileSync(path)));
        const joined = await collect(files.map((file) => chunked(file)));
        assert.deepEqual(joined.packets, whole.packets);
        assert.deepEqual(joined.segments, whole.segments);
        const { contentHash, format, ...summary } = joined.summary;
        const { contentHash: hashOfWhole, format: formatOfWhole, ...summaryOfWhole } = whole.summary;
        assert.deepEqual(summary, summaryOfWhole);
        assert.deepEqual([format, formatOfWhole], [type, 'pcap']);
        assert.notEqual(contentHash, hashOfWhole);
        assert.ok(joined.packets.length > 2 * PACKETS_PER_FILE);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it('says which file ends early or is no capture, and reads the others', async () => {
    const { folder, files } = divided('pcap');
    try {
      const [first, second, ...others] = files;
      assert.ok(first && second);
      const damaged = [
        first,
        second.subarray(0, second.length - 5),
        new TextEncoder().encode('no capture'),
        ...others,
      ];
      const fileNames = damaged.map((_, at) => `ring${at}.pcap`);
      const { summary, packets } = await collect(
        damaged.map((file) => chunked(file)),
        { fileNames },
      );
      const { packets: whole } = await collect(files.map((file) => chunked(file)));
      assert.equal(packets.length, whole.length - 1);
      assert.match(
        summary.cut?.reason ?? '',
        new RegExp(
          `^ring1.pcap, file 2 of ${damaged.length}: file ends inside a record, .*; 1 further file cannot be read to the end either, such as ring2.pcap, file 3 of ${damaged.length}: neither pcap nor pcapng, .*$`,
        ),
      );
      await assert.rejects(
        collect(
          damaged.map((file) => chunked(file)),
          { strict: true, fileNames },
        ),
        (error) =>
          error instanceof CaptureFormatError &&
          error.message.startsWith(`ring2.pcap, file 3 of ${damaged.length}: neither pcap nor`),
      );
      await assert.rejects(
        collect(['no', 'capture'].map((text) => chunked(new TextEncoder().encode(`${text} at all`)))),
        CaptureFormatError,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is found in a folder by the names that editcap and dumpcap give', async () => {
    const { folder } = divided('pcap');
    try {
      const names = readdirSync(folder).sort();
      const { sources, warnings } = await capturesAt(
        folder,
        new ConfinedFiles(join(folder, 'home'), [folder]),
      );
      assert.deepEqual(
        sources.map(({ sessionId, path: first, furtherPaths }) => [
          sessionId,
          first,
          ...(furtherPaths ?? []),
        ]),
        [[names[0], ...names.map((name) => join(folder, name))]],
      );
      assert.deepEqual(warnings, [
        `${names.length} files are read as 1 capture, because they are numbered as one program writes them one after the other: for example ${names[0]} to ${names.at(-1)}; --join none keeps them apart`,
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
