import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createRandom } from '../../../../common/random.js';
import { parsePlayerLog } from '../../../../datasets/player-log/parse-player-log.js';
import { PlayerLogError } from '../../../../datasets/player-log/player-log-error.js';
import { NO_SHARED_DATA, sharedData } from '../../../shared-data.js';

const LADDER = [144, 240, 360, 480, 720, 1080, 1440, 2160];

/** A row in Requet's format. @param quality place of the 1 in the list of qualities, or of several; null: none */
function mergedRow(
  seconds: number,
  epochMs: number,
  quality: number | readonly number[] | null,
  info = '',
): string {
  const empty = '[0,0,0,0,0,0,0], '.repeat(25);
  const places = [quality ?? []].flat();
  const oneHot = Array.from({ length: 9 }, (_, at) => (places.includes(at) ? 1 : 0)).join(', ');
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

  it('reads rows with two qualities, as the README of the data set has them, by the next row with one', () => {
    // Beginning with the published row of A_Mar22_41 at 3.2 s, with the flags of the README's example and others.
    const at = (tenth: number, quality: number | readonly number[] | null): string =>
      mergedRow(tenth / 10, 1_500_000_000_000 + tenth * 100, quality);
    const log = parsePlayerLog(
      [
        at(0, [0, 1]), // unlabelled and tiny: the video begins
        at(1, 1),
        at(2, [1, 2]), // tiny and small: [0, 1, 1, 0, 0, 0, 0, 0, 0]
        at(3, 2),
        at(4, [1, 2]), // back to tiny
        at(5, [1, 2]),
        at(6, 1),
        at(7, [1, 3, 5]), // two changes
        at(8, 5),
        at(9, [0, 5]), // buffering
        at(10, 0),
        at(11, [4, 6]), // the next row names neither
        at(12, 3),
        at(13, [3, 4]), // there is no next row
      ].join('\n\n'),
      LADDER,
    );
    const startUs = 1_500_000_000_000_000;
    assert.deepEqual(
      log.shown.map((part) => [
        (part.startUs - startUs) / 1e5,
        ((part.endUs ?? 0) - startUs) / 1e5,
        part.resolutionPx,
      ]),
      [
        [0, 2, 144],
        [2, 4, 240],
        [4, 7, 144],
        [7, 9, 720],
        [12, 13, 360],
      ],
    );
    assert.equal(log.changingRows, 8);
    assert.equal(log.malformed, null);
  });

  it('counts malformed rows, quotes the first, and knows nothing between the rows around them', () => {
    const good = (tenth: number): string => mergedRow(tenth / 10, 1_500_000_000_000 + tenth * 100, 4);
    for (const [bad, message] of [
      [good(2).slice(0, 200), /^row 5: is not a list of 7 items/],
      ['[]]', /^row 5: is not a list/],
      [mergedRow(0.2, 0, 4, ',9'), /^row 5: is not a list/],
      [good(2).replace('[0.2, 6', '[x, 6'), /^row 5: time "x" is not a number/],
      [good(2).replace('1500000000200', 'NaN'), /^row 5: epoch "NaN" is not a number/],
      [
        good(2).replace('1, 0, 0, 0, 0]', '1, 0, 0, 2, 0]'),
        /^row 5: quality .*"2".* is not a list of 9 flags/,
      ],
      [mergedRow(99, 1_500_000_099_000, 4), /^row 5: time 99 s is out of order/],
      [mergedRow(0, 1_500_000_000_000, 4), /^row 5: time 0 s is out of order/],
    ] as const) {
      const log = parsePlayerLog([good(0), good(1), bad, good(3), good(4)].join('\n\n'), LADDER);
      assert.match(log.malformed?.first ?? '', message);
      assert.deepEqual([log.rows, log.malformed?.rows], [5, 1]);
      const startUs = 1_500_000_000_000_000;
      assert.deepEqual(
        log.shown,
        [
          { startUs, endUs: startUs + 100_000, resolutionPx: 480 },
          { startUs: startUs + 300_000, endUs: startUs + 500_000, resolutionPx: 480 },
        ],
        String(message),
      );
    }
  });

  it('reads resolutions that are not on the ladder as unknown, and counts them', () => {
    const rows = [4, 4, 1, 1, 4].map((quality, at) => mergedRow(at / 10, 0, quality));
    const log = parsePlayerLog(rows.join('\n'), [240, 480]);
    assert.deepEqual(log.malformed, {
      rows: 2,
      first: 'row 3: resolution 144 is not on the ladder 240, 480',
    });
    assert.deepEqual(log.shown, [
      { startUs: 0, endUs: 200_000, resolutionPx: 480 },
      { startUs: 400_000, endUs: 500_000, resolutionPx: 480 },
    ]);
  });

  it('refuses a log of which most rows are not understood', () => {
    const good = mergedRow(0, 0, 4);
    const bad = good.slice(0, 200);
    assert.equal(parsePlayerLog([good, good, bad, bad].join('\n'), LADDER).malformed?.rows, 2);
    fails(
      [good, bad, bad].join('\n'),
      /^2 of 3 rows are not understood, .*; the first: row 2: is not a list of 7 items/,
    );
    fails(`[${'['.repeat(100_000)}`, /^1 of 1 rows .* row 1: /);
  });

  // Counted by a regular expression in Python: 6,010 rows each, no row with two qualities; 720 from and to these seconds;
  // the median of epoch - time.
  for (const [folder, name, fromSeconds, toSeconds, startSeconds] of [
    ['requet', 'A_Mar22_41', 3.2, 599.7, 1521742871.739],
    ['requet-more', 'A_Mar22_46', 2.7, 599.5, 1521746167.868],
  ] as const) {
    it(`reads the real log ${name}`, (test) => {
      const path = sharedData(folder, `${name}.merged.txt.gz`);
      if (path === null) {
        test.skip(NO_SHARED_DATA);
        return;
      }
      const log = parsePlayerLog(gunzipSync(readFileSync(path)).toString(), LADDER);
      assert.deepEqual([log.rows, log.malformed, log.changingRows, log.timeBase], [6010, null, 0, 'epoch']);
      assert.deepEqual(
        log.shown.map(({ startUs, endUs, resolutionPx }) => [resolutionPx, ((endUs ?? 0) - startUs) / 1e6]),
        [[720, Math.round((toSeconds - fromSeconds) * 10) / 10]],
      );
      const foundSeconds = (log.shown[0]?.startUs ?? 0) / 1e6 - fromSeconds;
      assert.ok(Math.abs(foundSeconds - startSeconds) < 0.001, String(foundSeconds));
    });
  }
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

  it('names missing columns', () => {
    fails('', /needs the columns time, resolution/);
    fails('time,height\n0,480\n', /^row 1: .*missing: resolution/);
  });

  it('counts malformed rows, quotes the first, and knows nothing from the row before to the row after', () => {
    for (const [bad, message] of [
      ['2,tall', /^row 4: resolution "tall" is not a number of lines/],
      [',480', /^row 4: time "" is not a number/],
      ['-1,480', /^row 4: time "-1"/],
      ['0.5,480', /^row 4: time 0.5 s is out of order/],
      ['1500000001000,480', /^row 4: time 1500000001000 is not in seconds from the capture's start/],
      ['2e17,480', /^row 4: time 200000000000000000 is neither in seconds/],
      ['2,480,7', /^row 4: has 3 cells instead of 2/],
      ['2,"4"80', /^row 4: is not CSV: /],
    ] as const) {
      const log = shown(`time,resolution\n0,480\n1,720\n${bad}\n3,720\n4,\n`);
      assert.match(log.malformed?.first ?? '', message);
      assert.deepEqual([log.rows, log.malformed?.rows], [5, 1]);
      assert.deepEqual(
        log.shown,
        [
          { startUs: 0, endUs: 1_000_000, resolutionPx: 480 },
          { startUs: 3_000_000, endUs: 4_000_000, resolutionPx: 720 },
        ],
        String(message),
      );
    }
  });

  it('reads a resolution that is not on the ladder as unknown from its time on', () => {
    const log = shown('time,resolution\n0,480\n1,500\n2,480\n3,\n');
    assert.match(log.malformed?.first ?? '', /^row 3: resolution 500 is not on the ladder/);
    assert.deepEqual(log.shown, [
      { startUs: 0, endUs: 1_000_000, resolutionPx: 480 },
      { startUs: 2_000_000, endUs: 3_000_000, resolutionPx: 480 },
    ]);
  });

  it('takes a quote that is not closed for a fault of its own row, and refuses a log of mostly malformed rows', () => {
    const log = shown('time,resolution\n0,480\n1,480\n2,"480\n3,480\n4,\n');
    assert.match(log.malformed?.first ?? '', /^row 4: is not CSV: Quote Not Closed/);
    assert.deepEqual([log.rows, log.malformed?.rows], [5, 1]);
    assert.deepEqual(log.shown, [
      { startUs: 0, endUs: 1_000_000, resolutionPx: 480 },
      { startUs: 3_000_000, endUs: 4_000_000, resolutionPx: 480 },
    ]);
    fails('time,resolution\n0,tall\n1,480\n2,wide\n', /^2 of 3 rows .*the first: row 2: resolution "tall"/);
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
  let withFaults = 0;
  for (let round = 0; round < 4000; round++) {
    const bytes = Buffer.from(originals[round % 2] ?? '');
    for (let hits = 1 + random.integer(6); hits > 0; hits--)
      bytes[random.integer(bytes.length)] =
        random.integer(4) === 0 ? random.integer(256) : 0x2c + random.integer(0x34);
    const cut = random.integer(3) === 0 ? random.integer(bytes.length) : bytes.length;
    try {
      const { shown, malformed } = parsePlayerLog(bytes.toString('latin1', 0, cut), LADDER);
      if (malformed !== null) withFaults += 1;
      for (const [at, { startUs, endUs, resolutionPx }] of shown.entries()) {
        assert.ok(LADDER.includes(resolutionPx) && (endUs ?? Infinity) > startUs);
        assert.ok(startUs >= (shown[at - 1]?.endUs ?? -Infinity));
      }
    } catch (error) {
      if (!(error instanceof PlayerLogError)) throw error;
      refused += 1;
    }
  }
  assert.ok(refused > 500 && withFaults > 1000, `${refused} were refused, ${withFaults} had malformed rows`);
  assert.ok(refused + withFaults < 4000);
});
