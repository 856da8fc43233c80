import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it, mock } from 'node:test';
import { evaluatePredictions } from '../../../learning/evaluation/evaluate.js';
import { reportHtml } from '../../../report/html.js';
import { report, timeline } from './sample-report.js';

/** Vega prints its warnings. */
const warnings = mock.method(console, 'warn');
/** The whole sample, drawn once. */
const drawn = reportHtml(report);
const small = { ...report, sessions: null, model: null, trials: [], importance: null, groups: [] };

describe('reportHtml', () => {
  it('is one page without requests, with one script that its policy names', async () => {
    const page = await drawn;
    assert.equal(await reportHtml(report), page);
    assert.deepEqual(
      warnings.mock.calls.map((call) => call.arguments),
      [],
    );
    assert.match(page, /^<!doctype html>/);
    assert.doesNotMatch(page, /<link|<img|@import|\bsrc=|\bhref="[^#]|url\(/);
    const [script, ...others] = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map((match) => match[1]!);
    assert.deepEqual(others, []);
    const hash = createHash('sha256').update(script!).digest('base64');
    assert.ok(
      page.includes(
        `content="default-src &apos;none&apos;; style-src &apos;unsafe-inline&apos;; script-src &apos;sha256-${hash}&apos;"`,
      ),
    );
  });

  it('has the sections in the contents, and a table or a sentence behind each chart', async () => {
    const page = await drawn;
    const linked = [...page.matchAll(/<a href="#([a-z]+)">/g)].map((match) => match[1]);
    const ids = [...page.matchAll(/<section id="([a-z]+)">/g)].map((match) => match[1]);
    assert.deepEqual(linked, [
      'sessions',
      'warnings',
      'data',
      'model',
      'importance',
      'evaluation',
      'timelines',
      'again',
    ]);
    assert.deepEqual(ids, linked);
    const figures = page.match(/<figure[^]*?<\/figure>/g) ?? [];
    assert.ok(figures.length > 10);
    // The table of the trials is below their chart.
    const bare = figures.filter((figure) => !figure.includes('<table>'));
    assert.deepEqual(
      bare.map((figure) => /<h3>(.*)<\/h3>/.exec(figure)?.[1]),
      ['Trials'],
    );
    assert.ok(
      figures.every(
        (figure) => /<figcaption>\s*\S/.test(figure) && /aria-label="[^"]+Arrow keys/.test(figure),
      ),
    );
  });

  it('gives every mark with a text the words of its figures', async () => {
    const page = await drawn;
    for (const text of [
      'aria-label="true 1080p, predicted 720p: ',
      'aria-label="netflix: 70.0 % of 200 windows of 4 sessions right (95 % 0.600 to 0.800)"',
      'aria-label="trial 1, ml-random-forest (trees 20,',
      'aria-label="120s_max_chunksize: macro-F1 falls by 0.200 (0.190 to 0.220)"',
      // 2026-01-31 12:00 UTC is second 0 of the session.
      'aria-label="0:10 to 0:20 (12:00:20 UTC): 360p, true 360p; probabilities 360p 72 %, 240p 17 %, 480p 5 %; 1,200 kbit/s"',
    ])
      assert.ok(page.includes(text), text);
    assert.ok(page.includes('300 of 900 media segments are drawn, on narrow screens fewer.'));
    assert.doesNotMatch(page, /aria-label="[^"]*(?:NaN|undefined|null)/);
  });

  it('shows scores with baselines, trials with reasons, and that data are simulated', async () => {
    const page = await drawn;
    for (const text of [
      'Simulated data',
      'Majority',
      '+0.400 (95 % +0.310 to +0.487)',
      '-0.020',
      'max iterations reached on 320 rows of classes 0 and 1',
      'ml-svm was trained on 800 of 820 rows (row cap)',
      '144p is not a rung',
      'Files that the run wrote, in runs/vqi-simulated-2026/',
      '<code>model.json</code>',
      'The first 1 of 40 sessions; the table sessions_summary has all; resolution: the one predicted most of the time',
      '2026-01-31 12:00:00',
      '6:12',
      '720p in 75 %',
      '10 % (low confidence)',
      'The worst of 20 held-out sessions by the share of windows with a right answer, 41.0 %.',
      '3 unknown: no media segment in sight of this window.',
      'Never trust it above 1080p.',
      '0123456789abcdef',
      'The first 1 of 40 sources',
      '12 features were not shuffled one by one.',
      'vqi start --config run.json',
    ]) {
      assert.ok(page.includes(text), text);
    }
    assert.doesNotMatch(await reportHtml({ ...small, origins: [], timelines: [] }), /[Ss]imulated d/);
    assert.match(
      await reportHtml({ ...small, origins: ['spliced'], timelines: [] }),
      /Spliced data.*[Pp]ut together/,
    );
  });

  it('says what leaving windows unknown brings, and that it did not help if it did not', async () => {
    const { evaluation } = report.model!;
    const of = async (wrong: number): Promise<string> =>
      await reportHtml({
        ...small,
        timelines: [],
        model: {
          ...report.model!,
          // 24 % of all windows are wrong.
          evaluation: { ...evaluation, accuracy: 0.76, answered: { answered: 0.432, wrong } },
        },
      });
    const chosen = '43.2 % of the windows are answered and 26.0 % of the answers wrong; the others are';
    const worse = await of(0.26);
    assert.ok(worse.includes(chosen));
    assert.ok(
      worse.includes(
        'Leaving windows unknown did not help on these sessions: if all were answered, 24.0 % would be wrong.',
      ),
    );
    const better = await of(0.12);
    assert.ok(better.includes('another reason. If all were answered, 24.0 % would be wrong.'));
    assert.doesNotMatch(better, /did not help/);
  });

  it('tells reasons that differ only in their figures once, with the range of each', async () => {
    const [row] = timeline.rows;
    const unknown = (reason: string) => ({
      ...row!,
      predictedPx: null,
      unknown: { kind: 'low confidence' as const, reason },
    });
    const rows = ['no media', 'confidence 0.52 is below 0.6', 'confidence 0.41 is below 0.6'].map(unknown);
    const page = await reportHtml({ ...small, timelines: [{ ...timeline, place: null, rows }] });
    assert.ok(page.includes('3 unknown: 2 as confidence 0.41 to 0.52 is below 0.6; 1 as no media.'));
  });

  it('shows the traffic of sessions that no model was applied to, and says nothing of predictions', async () => {
    const rows = timeline.rows.map((row) => ({
      ...{ ...row, predictedPx: null, confidence: null, probabilities: [], truePx: null, unknown: null },
    }));
    const traffic = { ...report.timelines[0]!, place: null, rows };
    const page = await reportHtml({ ...small, timelines: [traffic], reproduction: null });
    assert.match(page, /aria-label="0:00 \(12:00:00 UTC\): audio segment of 0\.02 MB"/);
    assert.match(page, /36 windows, 900 media segments\./);
    assert.match(page, /<h2>Files<\/h2>/);
    assert.doesNotMatch(page, /[Pp]redict|unknown|probability/);
  });

  it('of a dataset says nothing of segments or throughput', async () => {
    const page = await reportHtml({ ...small, timelines: [{ ...timeline, place: null }] });
    assert.ok(page.includes('Windows without a thin line are unknown. Below is the confidence.'));
    assert.doesNotMatch(page, /media segments|throughput|kbit/);
  });

  it('names a throughput of captured bytes in axis, marks, table and caption', async () => {
    const [sample] = report.timelines;
    const of = async (lengths: 'wire' | 'captured'): Promise<string> =>
      await reportHtml({ ...small, timelines: [{ ...sample!, lengths }] });
    const captured = await of('captured');
    assert.match(captured, /<tspan[^>]*>kbit\/s<\/tspan><tspan[^>]*>captured<\/tspan>/);
    assert.ok(captured.includes('5 %; 1,200 kbit/s captured"'));
    assert.match(captured, /<th scope="col">kbit\/s captured<\/th>/);
    assert.match(captured, /The throughput is of the bytes that the capture kept/);
    assert.doesNotMatch(await of('wire'), /captured|capture kept/);
  });

  it('names the scale of the segments', async () => {
    assert.match(await drawn, /<tspan[^>]*>segment, MB<\/tspan><tspan[^>]*>\(root scale\)<\/tspan>/);
  });

  it('has a dash for a score that no window defines', async () => {
    // 240p: never true, predicted once, and that is wrong. 480p: neither true nor predicted.
    const page = await reportHtml({
      ...{ ...small, timelines: [] },
      model: {
        ...report.model!,
        evaluation: evaluatePredictions({
          ...{ truth: Int32Array.of(1, 1), classes: [240, 360, 480], groups: Int32Array.of(0, 1), seed: 1 },
          probabilities: Float64Array.of(1, 0, 0, 0, 1, 0),
        }),
      },
    });
    const cellsOf = (rung: string): string[] => {
      const rows = page.slice(page.indexOf('Scores of each resolution')).split('</tr>');
      const row = rows.find((text) => text.includes(`<th scope="row">${rung}</th>`))!;
      return [...row.matchAll(/<td>([^<]*)<\/td>/g)].map((match) => match[1]!).slice(0, 4);
    };
    // Windows, precision, recall, F1.
    assert.deepEqual(cellsOf('240p'), ['0', '0.000', '–', '0.000']);
    assert.deepEqual(cellsOf('360p'), ['2', '1.000', '0.500', '0.667']);
    assert.deepEqual(cellsOf('480p'), ['0', '–', '–', '–']);
  });

  it('explains the features of the catalogue alone, and draws groups only if there are several', async () => {
    const of = async (names: readonly string[], groups = report.importance!.groups): Promise<string> => {
      const [feature] = report.importance!.features;
      const features = names.map((name) => ({ ...feature!, name }));
      return await reportHtml({
        ...{ ...small, timelines: [] },
        importance: { ...report.importance!, features, groups },
      });
    };
    const page = await drawn;
    assert.match(page, /<h3>By group of features<\/h3>/);
    assert.match(page, /<li>\s*<code>120s_max_chunksize<\/code>: Maximum of the sizes of the media segments/);
    assert.doesNotMatch(page, /<code>my own column<\/code>: /);
    assert.match(page, /1 of the first 3 is a column of the dataset that the feature catalogue does not/);
    const own = await of(['rate', 'ratio'], report.importance!.groups.slice(0, 1));
    assert.doesNotMatch(own, /By group of features|read the groups first|What the first features are/);
    assert.match(own, /<p>\s*The features are columns of the dataset/);
    const [used] = report.importance!.features;
    const idle = { ...used!, name: 'idle', fall: 0, logLossRise: 0 };
    const withIdle = { ...report.importance!, features: [used!, idle] };
    assert.match(
      await reportHtml({ ...small, timelines: [], importance: withIdle }),
      /Without 1 feature, each shuffled alone, the predictions are as good\./,
    );
  });

  it('draws timelines until the page would be too large, and links the files of the others', async () => {
    const [row] = timeline.rows;
    const rows = Array.from({ length: 8000 }, (_, at) => ({
      ...row!,
      startSeconds: 10 * at,
      endSeconds: 10 * at + 10,
    }));
    const named = (title: string, of = timeline.rows) => ({ ...report.timelines[0]!, title, rows: of });
    const timelines = [named('long', rows), named('a b/c'), named('last')];
    const page = await reportHtml({ ...small, timelines });
    assert.deepEqual(
      [...page.matchAll(/<h3>(.*)<\/h3>/g)].map((match) => match[1]),
      ['long (worst)'],
    );
    assert.match(page, /2 further timelines, each a file next to this page:/);
    assert.ok(page.includes('<a href="timeline-simulated.svg">a b/c</a>'));
    assert.ok(Buffer.byteLength(page) < 5e6, `${Buffer.byteLength(page)} bytes`);
  });

  it('is below 5 MB for 100 sessions, short or of an hour and more, and links those that are not drawn', async () => {
    const [sample] = report.timelines;
    // The windows and segments of a simulated session of six minutes, one after the other.
    const repeated = (times: number): (typeof report.timelines)[number] => {
      const seconds = Array.from({ length: times }, (_, at) => at * 360);
      const later = <T extends { startSeconds: number }>(rows: readonly T[], by: number): T[] =>
        rows.map((row) => ({ ...row, startSeconds: row.startSeconds + by }));
      return {
        ...sample!,
        rows: seconds.flatMap((by) =>
          later(sample!.rows, by).map((row) => ({ ...row, endSeconds: row.startSeconds + 10 })),
        ),
        segments: seconds.flatMap((by) =>
          sample!.segments!.map((segment) => ({ ...segment, seconds: segment.seconds + by })),
        ),
        throughput: seconds.flatMap((by) => later(sample!.throughput!, by)),
      };
    };
    for (const times of [1, 12]) {
      const one = repeated(times);
      const timelines = Array.from({ length: 100 }, (_, at) => ({
        ...{ ...one, place: null, title: `session-${at}`, name: `timeline-${at}.svg` },
      }));
      const page = await reportHtml({ ...report, timelines });
      assert.ok(Buffer.byteLength(page) < 5e6, `${times}: ${Buffer.byteLength(page)} bytes`);
      const count = (found: RegExp): number => page.match(found)?.length ?? 0;
      const drawn = count(/<h3>session-\d+<\/h3>/g);
      assert.ok(drawn >= 5, `${times}: ${drawn} drawn`);
      assert.equal(count(/<a href="timeline-\d+\.svg">session-\d+<\/a>/g), 100 - drawn);
    }
  });

  it('escapes all input text', async () => {
    const hostile = `"><img src=x onerror='alert(1)'>&lt;`;
    const trial = report.trials[1]!;
    const page = await reportHtml({
      ...report,
      verdict: [hostile],
      sources: { files: [{ name: hostile, content: hostile, hash: hostile }], total: 1 },
      groups: [{ kind: hostile, scores: [{ ...report.groups[0]!.scores[0]!, group: hostile }] }],
      importance: {
        ...report.importance!,
        features: [{ ...report.importance!.features[0]!, name: hostile }],
      },
      reproduction: { configuration: { hostile }, command: hostile },
      runId: hostile,
      finishedAt: hostile,
      facts: [{ name: hostile, value: hostile }],
      warnings: [hostile],
      cleaning: [{ step: hostile, removed: hostile, reason: hostile }],
      trials: [{ ...trial, reason: hostile }],
      baselines: [{ ...report.baselines[0]!, name: hostile }],
      timelines: [
        {
          ...timeline,
          place: null,
          title: hostile,
          rows: timeline.rows.map((row) => ({
            ...row,
            unknown: { kind: 'low confidence' as const, reason: hostile },
          })),
        },
      ],
      sessions: {
        answers: report.sessions!.answers.map((answer) => ({
          ...answer,
          ...{ sessionId: hostile, service: hostile, clientAddress: hostile, unknownKind: hostile },
          note: hostile,
        })),
        all: 1,
      },
      files: [{ path: hostile, content: hostile }],
    });
    assert.doesNotMatch(page, /<img/);
    const tags = page.match(/<[a-z](?:[^>"]|"[^"]*")*>/g) ?? [];
    const outsideQuotes = tags.map((tag) => tag.replace(/"[^"]*"/g, ''));
    assert.ok(tags.length > 100 && outsideQuotes.every((tag) => !tag.includes('onerror')));
    assert.ok(page.includes('&quot;&gt;&lt;img src=x onerror=&apos;alert(1)&apos;&gt;&amp;lt;'));
  });

  it('leaves out what a run did not produce', async () => {
    const page = await reportHtml({
      ...report,
      model: null,
      verdict: [],
      facts: [],
      sessions: null,
      sources: { files: [], total: 0 },
      importance: null,
      groups: [],
      reproduction: null,
      trials: [],
      baselines: [],
      cleaning: [],
      warnings: [],
      files: [],
      timelines: [],
    });
    assert.doesNotMatch(page, /<h2>/);
  });
});
