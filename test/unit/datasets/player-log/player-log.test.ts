import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createRandom } from '../../../../common/random.js';
import { parsePlayerLog } from '../../../../datasets/player-log/parse-player-log.js';
import { PlayerLogError } from '../../../../datasets/player-log/player-log-error.js';
import { NO_SHARED_DATA, sharedData } from '../../../shared-data.js';

const LADDER = [144, 240, 360, 480, 720, 1080, 1440, 2160];

/** A row in Requet's format. @param quality index of the 1 in the one-hot list; null: none */
function mergedRow(seconds: number, epochMs: number, quality: number | null, info = ''): string {
  const empty = '[0,0,0,0,0,0,0], '.repeat(25);
  const oneHot = Array.from({ length: 9 }, (_, at) => (at === quality ? 1 : 0)).join(', ');
  return `[${seconds}, 6, 23, 763, 3966, [${empty}[0,0.0.0.0,0,6,23,763,3966]], [[0, 0, 0, 1],${epochMs},1521742872404,0,638.981,[${oneHot}],1.5,0.1,True${info}]]`;
}

const fails = (text: string, message: RegExp, ladder = LADDER): void =>
  assert.throws(
    () => parsePlayerLog(text, ladder),
    (error) => error instanceof PlayerLogError && message.test(error.message),
    String(message),
  );

describe("players' logs, merged.txt", () => {
  it('reads the shown resolutions, with times from the epoch of the messages, which repeat', () => {
    const rows = [
      mergedRow(0, 0, null),
      mergedRow(0.1, 1_500_000_000_100, 0),
      mergedRow(0.2, 1_500_000_000_200, 3),
      mergedRow(0.30000000000000004, 1_500_000_000_200, 3),
      mergedRow(0.4, 1_500_000_000_400, 8),
      mergedRow(0.5, 0, null),
    ];
    const log = parsePlayerLog(`${rows.join('\n\n')}\n`, LADDER);
    assert.deepEqual(log.shown, [
      { startUs: 1_500_000_000_200_000, endUs: 1_500_000_000_400_000, resolutionPx: 360 },
      { startUs: 1_500_000_000_400_000, endUs: 1_500_000_000_500_000, resolutionPx: 2160 },
    ]);
    assert.equal(log.timeBase, 'epoch');
    assert.equal(log.rows, 6);
  });

  it('counts from the start of the capture if no message has a time', () => {
    const log = parsePlayerLog([mergedRow(0, 0, 4), mergedRow(0.1, 0, 4)].join('\n'), LADDER);
    assert.equal(log.timeBase, 'capture start');
    assert.deepEqual(log.shown, [{ startUs: 0, endUs: 200_000, resolutionPx: 480 }]);
  });

  it('names the row of each malformed value', () => {
    const good = mergedRow(0, 0, 4);
    fails(`${good}\n\n${good.slice(0, 200)}\n`, /^row 3: is not a list of 7 items/);
    fails(`${good}\n[]]\n`, /^row 2: /);
    fails(`${good}\n${mergedRow(1, 0, 4, ',9')}`, /^row 2: is not a list/);
    fails(
      `${good}\n${good.replace('[0,', '[x,').replace('[0, 6', '[x, 6')}`,
      /^row 2: time "x" is not a number/,
    );
    fails(`${good}\n${mergedRow(1, 0, 4).replace('1, 0, 0, 0, 0]', '1, 0, 0, 1, 0]')}`, /^row 2: quality/);
    fails([mergedRow(1, 0, 4), mergedRow(0.5, 0, 4)].join('\n'), /^row 2: the time goes back by 0.5 s/);
    fails(
      `${good}\n${mergedRow(1, 0, 1)}`,
      /^row 2: resolution 144 is not on the ladder 240, 480/,
      [240, 480],
    );
    fails(`[${'['.repeat(100_000)}`, /^row 1: /);
  });

  it('reads a real log', (test) => {
    const path = sharedData('requet', 'A_Mar22_41.merged.txt.gz');
    if (path === null) {
      test.skip(NO_SHARED_DATA);
      return;
    }
    const log = parsePlayerLog(gunzipSync(readFileSync(path)).toString(), LADDER);
    // Determined by hand from the file: 6,010 rows; 720 from row 65 (3.2 s) to row 11,995 (599.7 s); the median of
    // epoch - time.
    assert.equal(log.rows, 6010);
    assert.equal(log.timeBase, 'epoch');
    assert.deepEqual(
      log.shown.map(({ startUs, endUs, resolutionPx }) => [resolutionPx, ((endUs ?? 0) - startUs) / 1e6]),
      [[720, 596.5]],
    );
    const startSeconds = (log.shown[0]?.startUs ?? 0) / 1e6 - 3.2;
    assert.ok(Math.abs(startSeconds - 1521742871.73) < 0.05, String(startSeconds));
  });
});

describe("players' logs, CSV", () => {
  const shown = (text: string) => parsePlayerLog(text, LADDER);

  it('detects the time base from the size of the times', () => {
    for (const [first, second, base, text] of [
      ['0', '2.5', 'capture start', "seconds from the capture's start"],
      ['1500000000', '1500000002.5', 'epoch', 'epoch seconds'],
      ['1500000000000', '1500000002500', 'epoch', 'epoch milliseconds'],
      ['1500000000000000', '1500000002500000', 'epoch', 'epoch microseconds'],
    ] as const) {
      const log = shown(`time,resolution\n${first},480\n${second},720p\n`);
      const startUs = base === 'epoch' ? 1_500_000_000_000_000 : 0;
      assert.equal(log.timeBase, base);
      assert.equal(log.timeText, text);
      assert.deepEqual(log.shown, [
        { startUs, endUs: startUs + 2_500_000, resolutionPx: 480 },
        { startUs: startUs + 2_500_000, endUs: null, resolutionPx: 720 },
      ]);
    }
  });

  it('ignores other columns, ends at an empty resolution, and merges rows with the same resolution', () => {
    const log = shown(
      '﻿state;Time;Resolution\nplay;0;\nplay;1;640x360\nplay;2;360\nstop;3;0\nplay;4;1080.0\nstop;5;\n',
    );
    assert.deepEqual(log.shown, [
      { startUs: 1_000_000, endUs: 3_000_000, resolutionPx: 360 },
      { startUs: 4_000_000, endUs: 5_000_000, resolutionPx: 1080 },
    ]);
  });

  it('names the row of each malformed value', () => {
    fails('', /needs the columns time, resolution/);
    fails('time,height\n0,480\n', /^row 1: .*missing: resolution/);
    fails('time,resolution\n0,480\n1,500\n', /^row 3: resolution 500 is not on the ladder/);
    fails('time,resolution\n0,480\n1,tall\n', /^row 3: resolution "tall" is not a number of lines/);
    fails('time,resolution\n0,480\n,480\n', /^row 3: time "" is not a number/);
    fails('time,resolution\n0,480\n-1,480\n', /^row 3: time "-1"/);
    fails('time,resolution\n5,480\n4,480\n', /^row 3: the time goes back by 1 s/);
    fails(
      'time,resolution\n1500000000,480\n1500000001000,480\n',
      /^row 3: time 1500000001000 is not in epoch seconds/,
    );
    fails('time,resolution\n0,480\n1,480,7\n', /is not CSV: .*line 3/);
  });
});

it("damaged players' logs give a PlayerLogError or a log, never another error", () => {
  const random = createRandom(11);
  const csv = Array.from({ length: 20 }, (_, at) => `${at * 0.5},${at % 3 === 0 ? '' : '480'}\n`).join('');
  const originals = [
    `time,resolution\n${csv}`,
    Array.from({ length: 8 }, (_, at) => mergedRow(at / 10, 1_500_000_000_000 + at * 100, at % 9)).join(
      '\n\n',
    ),
  ];
  let refused = 0;
  for (let round = 0; round < 4000; round++) {
    const bytes = Buffer.from(originals[round % 2] ?? '');
    for (let hits = 1 + random.integer(6); hits > 0; hits--)
      bytes[random.integer(bytes.length)] =
        random.integer(4) === 0 ? random.integer(256) : 0x2c + random.integer(0x34);
    const cut = random.integer(3) === 0 ? random.integer(bytes.length) : bytes.length;
    try {
      const { shown } = parsePlayerLog(bytes.toString('latin1', 0, cut), LADDER);
      for (const [at, { startUs, endUs, resolutionPx }] of shown.entries()) {
        assert.ok(LADDER.includes(resolutionPx) && (endUs ?? Infinity) > startUs);
        assert.ok(startUs >= (shown[at - 1]?.endUs ?? -Infinity));
      }
    } catch (error) {
      if (!(error instanceof PlayerLogError)) throw error;
      refused += 1;
    }
  }
  assert.ok(refused > 1000 && refused < 4000, `${refused} were refused`);
});
