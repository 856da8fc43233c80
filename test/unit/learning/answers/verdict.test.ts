import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appliedVerdict, verdict, type JudgedFacts } from '../../../../learning/answers/verdict.js';
import { evaluatePredictions, type Evaluation } from '../../../../learning/evaluation/evaluate.js';

const CLASSES = [240, 480, 1080];
const training = {
  ...{ sessions: 113, services: ['youtube'], sites: 3, videos: 60, classesPx: CLASSES },
  isSimulated: false,
  leaks: [],
};

/** Sessions of ten windows: the true class of each, and what was predicted for all of its windows. */
function evaluated(
  sessions: readonly (readonly [truth: number, predicted: number, unknown?: 'unknown'])[],
): Evaluation {
  const rows = sessions.flatMap(([truth, predicted, unknown], group) =>
    Array.from({ length: 10 }, () => ({ truth, predicted, group, unknown })),
  );
  return evaluatePredictions({
    truth: Int32Array.from(rows, ({ truth }) => truth),
    probabilities: Float64Array.from(
      rows.flatMap(({ predicted }) => CLASSES.map((_, at) => Number(at === predicted))),
    ),
    classes: CLASSES,
    groups: Int32Array.from(rows, ({ group }) => group),
    unknown: Uint8Array.from(rows, ({ unknown }) => Number(unknown === 'unknown')),
    seed: 1,
  });
}

const allRight = evaluated([
  [0, 0],
  [1, 1],
  [2, 2],
  [0, 0],
]);
const lead = (value: number, low: number, high: number) => {
  const difference = { value, interval: { low, high } };
  return { accuracy: difference, macroF1: difference };
};
const judged: JudgedFacts = {
  model: allRight,
  baselines: [
    { name: 'majority', evaluation: { accuracy: 0.25 }, lead: lead(0.75, 0.5, 1) },
    { name: 'largest-segment', evaluation: { accuracy: 0.75 }, lead: lead(0.25, 0.125, 0.5) },
    { name: 'previous-rung', evaluation: { accuracy: 0.9 }, lead: null },
  ],
  bySwitch: [],
};

describe('the verdict on a run', () => {
  it('says what was learnt from, how right it is against the best simple rule, and what is not known', () => {
    assert.deepEqual(verdict(training, judged, null), [
      'Learnt from 113 sessions of youtube (60 videos, 3 sites), 240p to 1080p.',
      'On 4 unseen sessions, 100 % of the windows are right (95 % interval 100 to 100 %); the best simple rule, largest-segment, is right in 75 %: the model is better by 25.0 points (95 % interval of the difference: +12.5 to +50.0).',
      'Do not trust it for sessions that switch: none was held out. Windows of services other than youtube are answered as unknown, and so are those of an unnamed service that are unlike its training.',
    ]);
  });

  it('does not call a lead one that may be chance, and says when a rule is better or is the model', () => {
    const of = (value: number, low: number, high: number, family: string | null = null): string =>
      verdict(
        training,
        {
          ...judged,
          baselines: [{ name: 'decision-tree', evaluation: { accuracy: 0.9 }, lead: lead(value, low, high) }],
        },
        family,
      )[1];
    assert.match(
      of(0.02, -0.01, 0.05),
      /better by 2\.0 points \(.*-1\.0 to \+5\.0\), which may be chance\.$/,
    );
    assert.match(
      of(-0.04, -0.1, 0.02),
      /decision-tree, is right in 90 %: better than the model, by 4\.0 points \(95 % interval of the difference: -2\.0 to \+10\.0\), which may be chance\.$/,
    );
    assert.match(
      of(0, 0, 0, 'decision-tree'),
      /right \(95 % interval 100 to 100 %\); the model is itself a simple rule, decision-tree, because no trial was better; there is no other simple rule to compare with\.$/,
    );
  });

  it('of a simple rule compares it with the best other rule, whether that is worse or better', () => {
    // Ten windows a session, of which 20 of 40 are right: 50 %.
    const model = evaluated([
      [0, 0],
      [1, 1],
      [2, 0],
      [0, 2],
    ]);
    const of = (accuracy: number): string =>
      verdict(
        training,
        {
          model,
          baselines: [
            // Fitted again without smoothing, the rule itself is worse: its own lead says nothing.
            { name: 'largest-segment', evaluation: { accuracy: 0.45 }, lead: lead(0.05, 0, 0.1) },
            { name: 'majority', evaluation: { accuracy: 0.1 }, lead: lead(0.4, 0.3, 0.5) },
            { name: 'decision-tree', evaluation: { accuracy }, lead: lead(0.5 - accuracy, -0.2, 0.3) },
          ],
          bySwitch: [],
        },
        'largest-segment',
      )[1];
    const itself = 'the model is itself a simple rule, largest-segment, because no trial was better';
    const found = (text: string): string => text.slice(text.indexOf('; ') + 2);
    assert.equal(
      found(of(0.25)),
      `${itself}; the best other simple rule, decision-tree, is right in 25 %: the model is better by 25.0 points (95 % interval of the difference: -20.0 to +30.0), which may be chance.`,
    );
    assert.equal(
      found(of(0.75)),
      `${itself}; the best other simple rule, decision-tree, is right in 75 %: better than the model, by 25.0 points (95 % interval of the difference: -30.0 to +20.0), which may be chance.`,
    );
  });

  it('says what smoothing gives, which simple rules do not have', () => {
    const alone = { name: 'window-alone', evaluation: { accuracy: 0.6 }, lead: null };
    assert.match(
      verdict(training, { ...judged, baselines: [...judged.baselines, alone] }, null)[1],
      /right \(95 % interval 100 to 100 %; without smoothing over the session 60 %\); the best/,
    );
  });

  it('warns first of an input that gives the label away', () => {
    const leaks = [
      { column: 'height_copy', balancedAccuracy: 0.95 },
      { column: 'bitrate_code', balancedAccuracy: 1 },
    ];
    assert.match(
      verdict({ ...training, services: [], leaks }, judged, null)[2],
      /^Do not trust it for anything before you have looked at bitrate_code, which alone predicts 100 % of the labels and may be a copy of the label \(height_copy too\)\. Windows of traffic unlike/,
    );
  });

  it('names rungs that are never or seldom recognised or not in the training, and weak times after a switch', () => {
    // 240p: right in one of three sessions; 480p, not in the training, and 1080p are never predicted.
    const model = evaluated([
      [0, 0],
      [0, 1],
      [0, 1],
      [1, 0],
      [2, 0],
    ]);
    const after = { sessions: 2, interval: null, withinOneRung: null };
    const facts: JudgedFacts = {
      ...{ model, baselines: [] },
      bySwitch: [
        { since: '0-10 s', windows: 10, accuracy: 0, ...after },
        { since: '10-30 s', windows: 30, accuracy: 0.1, ...after },
      ],
    };
    const text = verdict(
      { ...training, classesPx: [240, 1080], sites: 1, isSimulated: true },
      facts,
      null,
    )[2];
    for (const part of [
      /^Do not trust it for real captures/,
      /480p, not in its training/,
      /1080p, never predicted/,
      /240p, recognised in 33 % of its windows/,
      // 3 of 40 windows, 20 % in all.
      /the 30 s after a switch, of which 8 % are right/,
    ])
      assert.match(text, part);
  });

  it('says when leaving windows unknown makes the answers worse, and nothing when it helps', () => {
    // Of 40 windows 10 are wrong, 25 %; of the 30 answered, 10: 33.3 %. If the wrong ones are left unknown, none.
    const worse = evaluated([
      [0, 0, 'unknown'],
      [1, 1],
      [2, 2],
      [0, 1],
    ]);
    const better = evaluated([
      [0, 0],
      [1, 1],
      [2, 2],
      [0, 1, 'unknown'],
    ]);
    const doubt =
      'its choice of windows to leave unknown: 33.3 % of its answers are wrong, 25.0 % if it answered all';
    const of = (model: Evaluation): string => verdict(training, { ...judged, model }, null)[2];
    assert.ok(of(worse).includes(doubt), of(worse));
    assert.doesNotMatch(of(better), /leave unknown/);
    const applied = appliedVerdict(...(['forest-1', null, null, { ...judged, model: worse }] as const), {
      windows: 40,
      unknown: 10,
      kind: 'low confidence',
    });
    assert.equal(
      applied.at(-1),
      `Of 40 windows, 25 % are unknown (most of them: low confidence). On these sessions, do not trust ${doubt}.`,
    );
  });

  it('of an unlabelled capture is that of the model, with the share of unknown windows', () => {
    const nothing: JudgedFacts = { model: null, baselines: [], bySwitch: [] };
    const ofRun = verdict(training, judged, null);
    assert.deepEqual(
      appliedVerdict('forest-1', null, ofRun, nothing, { windows: 40, unknown: 10, kind: 'low confidence' }),
      [
        `The model is forest-1. ${ofRun[0]}`,
        ofRun[1],
        `Of 40 windows, 25 % are unknown (most of them: low confidence). ${ofRun[2]}`,
      ],
    );
    assert.deepEqual(appliedVerdict('forest-1', null, null, judged, { windows: 1, unknown: 0, kind: null }), [
      'The model is forest-1.',
      ofRun[1],
      'Of 1 window, 0 % are unknown.',
    ]);
    assert.match(verdict(training, nothing, null)[1], /not known: no labelled session was held out/);
  });
});
