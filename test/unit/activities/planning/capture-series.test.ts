import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { ConfinedFiles } from '../../../../activities/confined-files.js';
import { capturesAt } from '../../../../activities/planning/capture-folder.js';
import { labelledCaptures } from '../../../../activities/planning/labelled-captures.js';
import type { JoinedFiles } from '../../../../schemas/run-config.js';
import { pcapAt } from '../../../pcap-at.js';

describe('files that are one capture', () => {
  /** Names of files with the time of their first packet, in seconds. @returns the files of each capture */
  const joined = async (files: Record<string, number | null>, join_?: JoinedFiles): Promise<string[][]> => {
    const root = mkdtempSync(join(tmpdir(), 'vqi-series-'));
    try {
      for (const [name, seconds] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), pcapAt(seconds));
      }
      const { sources } = await capturesAt(root, new ConfinedFiles(join(root, 'home'), [root]), join_);
      return sources.map(({ path, furtherPaths = [], bytes }) => {
        const paths = [path, ...furtherPaths];
        const expected = paths.map((each) => pcapAt(files[relative(root, each)] ?? null).length);
        assert.equal(
          bytes,
          expected.reduce((sum, length) => sum + length, 0),
        );
        return paths.map((each) => relative(root, each));
      });
    } finally {
      rmSync(root, { recursive: true });
    }
  };

  it('are those of dumpcap, a new series where the counter begins again, or in another folder', async () => {
    assert.deepEqual(
      await joined({
        'a_00001_20260101000000.pcapng': 100,
        'a_00002_20260101000100.pcapng': 160,
        'a_00001_20260102000000.pcapng': 5000,
        'a_00002_20260102000100.pcapng': 5060,
        'b/a_00003_20260101000200.pcapng': 220,
        'a_20260101000000_00007.pcap': 10,
        'a_20260101000100_00008.pcap': 20,
        'night_1.pcap': 1,
        'night_2.pcap': 2,
      }),
      [
        ['a_00001_20260101000000.pcapng', 'a_00002_20260101000100.pcapng'],
        ['a_00001_20260102000000.pcapng', 'a_00002_20260102000100.pcapng'],
        ['a_20260101000000_00007.pcap', 'a_20260101000100_00008.pcap'],
        ['b/a_00003_20260101000200.pcapng'],
        ['night_1.pcap'],
        ['night_2.pcap'],
      ],
    );
  });

  it('are not those of two machines that wrote under one name, nor numbers with gaps', async () => {
    const names = [
      'a_00001_20260101000000.pcap',
      'a_00001_20260101000003.pcap',
      'a_00002_20260101000100.pcap',
      'a_00002_20260101000103.pcap',
    ];
    assert.deepEqual(
      await joined(Object.fromEntries(names.map((name, at) => [name, 100 + at]))),
      names.map((name) => [name]),
    );
    const people = ['p_10023_20260101000000.pcap', 'p_10031_20260102000000.pcap'];
    assert.deepEqual(
      await joined(Object.fromEntries(people.map((name, at) => [name, 100 + at]))),
      people.map((name) => [name]),
    );
  });

  it('are in order where one has no packet', async () => {
    assert.deepEqual(
      await joined({
        'a_00001_20260101000000.pcap': 100,
        'a_00002_20260101000100.pcap': null,
        'a_00003_20260101000200.pcap': 300,
      }),
      [['a_00001_20260101000000.pcap', 'a_00002_20260101000100.pcap', 'a_00003_20260101000200.pcap']],
    );
  });

  it('are those of tcpdump -C, with -W in the order of time, because the first ones are overwritten', async () => {
    assert.deepEqual(
      await joined({ 'a.pcap': 10, 'a.pcap1': 20, 'a.pcap2': 30, 'a.pcap10': 110, 'b.pcap': 1, 'a.cap': 2 }),
      [['a.cap'], ['a.pcap', 'a.pcap1', 'a.pcap2', 'a.pcap10'], ['b.pcap']],
    );
    assert.deepEqual(await joined({ 'w.pcap0': 40, 'w.pcap1': 20, 'w.pcap2': 30 }), [
      ['w.pcap1', 'w.pcap2', 'w.pcap0'],
    ]);
  });

  it('are all of a folder if the user says so, and none if he says so; a file without packets comes last', async () => {
    const files = { 'x.pcap': null, 'y.pcap': 2, 'z.pcap': 1, 'sub/q.pcap': 3 };
    assert.deepEqual(await joined(files, 'all'), [['sub/q.pcap'], ['z.pcap', 'y.pcap', 'x.pcap']]);
    assert.deepEqual(await joined({ 'a.pcap': 1, 'a.pcap1': 2 }, 'none'), [['a.pcap'], ['a.pcap1']]);
  });

  it('are read without one that a ring buffer deletes meanwhile, which is named', async () => {
    const root = mkdtempSync(join(tmpdir(), 'vqi-series-'));
    const names = [1, 2, 3].map((at) => `a_0000${at}_2026010100000${at}.pcap`);
    const [oldest = '', ...others] = names;
    names.forEach((name, at) => writeFileSync(join(root, name), pcapAt(100 + at)));
    /** Deletes the oldest file when it is opened for the second time, as dumpcap may at any time. */
    class RingBuffer extends ConfinedFiles {
      #opened = 0;

      override async stream(path: string): ReturnType<ConfinedFiles['stream']> {
        if (path.endsWith(oldest) && ++this.#opened === 2) rmSync(path);
        return await super.stream(path);
      }
    }
    try {
      const found = await capturesAt(root, new RingBuffer(join(root, 'home'), [root]));
      assert.deepEqual(found.skipped, [
        {
          sessionId: oldest,
          captureName: join(root, oldest),
          reason: 'the file was deleted before it was read, as the oldest files of a ring buffer are',
        },
      ]);
      assert.deepEqual(
        found.sources.map(({ path, furtherPaths = [] }) => [path, ...furtherPaths]),
        [others.map((name) => join(root, name))],
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('are not joined if they have labels, which is said: of those that rows name, and of those that none names', async () => {
    const root = mkdtempSync(join(tmpdir(), 'vqi-series-'));
    const ring = (at: number): string => `a_0000${at}_2026010100000${at}.pcap`;
    const names = [1, 2, 3].map(ring);
    const others = ['b.pcap', 'b.pcap1', 'c.pcap', 'd_1.pcap', 'd_2.pcap', 'p_10023_20260101000000.pcap'];
    const rows = [ring(1), ring(2), 'b.pcap', 'c.pcap', 'd_1.pcap', 'd_2.pcap', others[5]!];
    try {
      for (const name of [...names, ...others]) writeFileSync(join(root, name), pcapAt(1));
      const table = rows.map((name, at) => `s${at},${name},720\n`).join('');
      writeFileSync(join(root, 'sessions.csv'), `session_id,capture,resolution\n${table}`);
      const confined = new ConfinedFiles(join(root, 'home'), [root]);
      const { sources, warnings } = await labelledCaptures(root, 'sessions.csv', [720], confined);
      assert.equal(sources.length, rows.length);
      const remedy =
        "if they are one capture, join the files with Wireshark's mergecap, and name the joined file instead";
      assert.deepEqual(warnings, [
        `1 labelled capture has the number after that of another one, as if one program wrote both, for example ${ring(1)} and ${ring(2)}: sessions, names and connections end with their file; ${remedy}`,
        `2 files are next to a labelled capture by number, and no row names them, for example ${ring(3)} to ${ring(2)}: only files that a row names are read; ${remedy}`,
      ]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
