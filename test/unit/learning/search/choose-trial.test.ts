import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConfusionMatrix } from '../../../../learning/evaluation/confusion.js';
import { choiceText, preferenceText, rankedOnText } from '../../../../learning/search/choice-text.js';
import { chooseTrial, type Candidate, type TrialChoice } from '../../../../learning/search/choose-trial.js';
import { searchConfigSchema, type ModelFamily } from '../../../../schemas/search.js';

/** Ten windows of two resolutions, all right or all wrong: then macro-F1 is the accuracy. */
const RIGHT = [
  [5, 0],
  [0, 5],
];
const WRONG = [
  [0, 5],
  [5, 0],
];
const SESSIONS = 16;

/** A candidate that is right in the sessions with these numbers. */
const candidate = (trial: number, family: ModelFamily, right: readonly number[]): Candidate => ({
  trial,
  family,
  bySession: Array.from({ length: SESSIONS }, (_, at) => (right.includes(at) ? RIGHT : WRONG)),
});
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

function choose(candidates: readonly Candidate[], standardErrors = 1): TrialChoice {
  const { families } = searchConfigSchema.parse({});
  return chooseTrial(candidates, { families, standardErrors }, 1);
}

const ON_SITES = { kind: 'site', groups: 12, refused: [] };
const majority = candidate(11, 'majority', upTo(4));
const ruler = candidate(12, 'largest-segment', upTo(8));

describe('chooseTrial', () => {
  it('publishes the best baseline if no trial beats it', () => {
    const choice = choose([candidate(1, 'extra-trees', upTo(7)), majority, ruler]);
    assert.equal(choice.chosen.trial, 12);
    assert.deepEqual(
      [choice.best?.trial, choice.best?.accuracy, choice.baseline?.accuracy],
      [1, 7 / 16, 0.5],
    );
    assert.equal(
      choiceText(choice, ON_SITES),
      'No trial beat the size of the largest segment on 12 sites that the fit had not seen (accuracy: best trial 0.438, the size of the largest segment 0.500): the size of the largest segment is published.',
    );
    assert.deepEqual(choice.order, [12, 11, 1]);
  });

  it('lets a trial win by more than one standard error of the difference, not by less', () => {
    // Right in 3 more sessions and in 2 fewer: the difference is 1/16 = 0.0625, and its standard error
    // sqrt((5/16 - (1/16)^2) / 16) = 0.139.
    const doubtful = candidate(1, 'extra-trees', [...upTo(6), 8, 9, 10]);
    const kept = choose([doubtful, ruler]);
    assert.equal(kept.chosen.trial, 12);
    assert.ok(Math.abs(kept.standardError! - 0.139) < 0.013, String(kept.standardError));
    assert.match(
      choiceText(kept, ON_SITES),
      /\(accuracy: best trial 0\.563, the size of the largest segment 0\.500; the difference is not more than one standard error, 0\.1[345]\d\)/,
    );
    assert.match(
      choiceText(choose([doubtful, ruler], 3), ON_SITES),
      /; the difference is not more than 3 standard errors, each 0\.1\d\d\)/,
    );
    assert.equal(choose([doubtful, ruler], 0.4).chosen.trial, 1);
    assert.equal(choose([doubtful, ruler], 0).chosen.trial, 1);
    // The same number of sessions more, without any loss: 2/16 = 0.125, standard error sqrt(2/16 x 14/16 / 16) = 0.083.
    const clear = choose([candidate(1, 'extra-trees', upTo(10)), ruler]);
    assert.equal(clear.chosen.trial, 1);
    assert.equal(
      choiceText(clear, ON_SITES),
      'Trial 1 (extra-trees) is published: on 12 sites that the fit had not seen, it beat the best baseline, the size of the largest segment (accuracy 0.625 against 0.500).',
    );
  });

  it('publishes the simplest baseline that cannot be told from the best', () => {
    // One session more and one fewer than the ruler's: no difference. The tree is ahead of both by 1/16, less than
    // sqrt((3/16 - (1/16)^2) / 16) = 0.107.
    const tree = candidate(13, 'decision-tree', [...upTo(7), 8, 9]);
    const choice = choose([candidate(1, 'svm', upTo(3)), majority, ruler, tree]);
    assert.deepEqual([choice.baseline?.trial, choice.chosen.trial], [13, 12]);
    assert.match(
      choiceText(choice, ON_SITES),
      /^No trial beat a tree of depth three on .*: the size of the largest segment is published, the simplest baseline that cannot be told from it \(accuracy 0\.500\)\.$/,
    );
    assert.deepEqual(choice.order, [12, 13, 11, 1]);
  });

  it('prefers, among trials that beat the baselines, an earlier family within one standard error', () => {
    // Boosting is right in 3 sessions that extra-trees miss, and misses 2: 0.0625 within 0.139.
    const first = candidate(1, 'extra-trees', upTo(13));
    const boosting = candidate(2, 'gradient-boosting', [...upTo(11), 13, 14, 15]);
    const choice = choose([first, boosting, majority, ruler]);
    assert.deepEqual(choice.order, [1, 2, 12, 11]);
    assert.equal(
      preferenceText(choice),
      'trial 1 (extra-trees, macro-F1 0.813) was chosen over trial 2 (gradient-boosting, macro-F1 0.875): the difference is within the standard error, and search.families lists its family first',
    );
    assert.equal(choose([first, boosting, majority, ruler], 0).chosen.trial, 2);
    // Right wherever extra-trees are, and in 3 more: 0.1875, standard error sqrt(3/16 x 13/16 / 16) = 0.098.
    const better = choose([first, candidate(2, 'gradient-boosting', upTo(16)), ruler]);
    assert.equal(better.chosen.trial, 2);
    assert.equal(preferenceText(better), null);
  });

  it('does not prefer an earlier family that does not beat the baselines itself', () => {
    // Extra-trees are ahead of the ruler by 0.0625 within 0.139, and cannot be told from boosting either (by the same).
    const close = candidate(1, 'extra-trees', [...upTo(6), 8, 9, 10]);
    const choice = choose([close, candidate(2, 'gradient-boosting', upTo(10)), ruler]);
    assert.deepEqual(choice.order, [2, 12, 1]);
  });

  it('does not let a trial win by giving up a rare resolution', () => {
    // 16 sessions of the first resolution, 4 of the second. The trial always says the first: accuracy 0.8, macro-F1
    // (2 x 160 / 360) / 2 = 0.444. The baseline knows all of the second and misses 6 of the first: accuracy 0.7,
    // macro-F1 (2 x 100 / 260 + 2 x 40 / 140) / 2 = 0.670.
    const of = (trial: number, family: ModelFamily, saysFirst: (at: number) => boolean): Candidate => ({
      trial,
      family,
      bySession: Array.from({ length: 20 }, (_, at): ConfusionMatrix => {
        const row = saysFirst(at) ? [10, 0] : [0, 10];
        return at < 16 ? [row, [0, 0]] : [[0, 0], row];
      }),
    });
    const choice = choose([of(1, 'extra-trees', () => true), of(2, 'largest-segment', (at) => at < 10)], 0.5);
    assert.deepEqual([choice.chosen.trial, choice.isWorseByMacroF1], [2, true]);
    assert.match(
      choiceText(choice, ON_SITES),
      /\(accuracy: best trial 0\.800, the size of the largest segment 0\.700; macro-F1: best trial 0\.444, the size of the largest segment 0\.670\): the size/,
    );
  });

  it('takes the simplest where there is one session, and says what was not scored', () => {
    const one = (trial: number, family: ModelFamily, matrix: ConfusionMatrix): Candidate => ({
      trial,
      family,
      bySession: [matrix],
    });
    const choice = choose([one(1, 'extra-trees', RIGHT), one(2, 'majority', WRONG)]);
    assert.deepEqual([choice.chosen.trial, choice.standardError], [2, null]);
    const alone = choose([candidate(3, 'svm', upTo(2))]);
    assert.equal(alone.chosen.trial, 3);
    assert.match(
      choiceText(alone, ON_SITES),
      /^No baseline was scored on 12 sites .*: trial 3 \(svm\) is published/,
    );
    assert.match(choiceText(choose([ruler]), ON_SITES), /^Only baselines were scored on 12 sites/);
    assert.throws(() => choose([]), RangeError);
  });

  it('names the groups, and why wider ones were not taken', () => {
    const refused = [{ kind: 'site', reason: 'site A has 71 % of the windows' }];
    assert.equal(
      rankedOnText({ kind: 'video', groups: 24, refused }),
      '24 videos that the fit had not seen (not by site: site A has 71 % of the windows)',
    );
    const unknown = ['site', 'video', 'home'].map((kind) => ({
      kind,
      reason: `no training session has a ${kind}`,
    }));
    assert.equal(
      rankedOnText({ kind: 'session', groups: 45, refused: unknown }),
      '45 sessions that the fit had not seen (no training session has a site or video or home)',
    );
  });
});
