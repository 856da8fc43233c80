import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scoresBySwitch } from '../../../../learning/evaluation/by-switch.js';

/** Session, true class, predicted class of 0 to 2, seconds since the change. */
const ROWS: readonly (readonly [session: number, truth: number, predicted: number, seconds: number])[] = [
  [0, 0, 0, NaN],
  [0, 0, 1, -4.5],
  [0, 1, 0, 0],
  [0, 1, 1, 9.999],
  [0, 1, 1, 10],
  [0, 1, 0, 29.9],
  [0, 1, 1, 40],
  [1, 2, 2, NaN],
  [1, 2, 0, 30],
  [1, 0, 0, 5],
];

describe('scoresBySwitch', () => {
  const scores = scoresBySwitch({
    truth: Int32Array.from(ROWS, ([, truth]) => truth),
    probabilities: Float64Array.from(
      ROWS.flatMap(([, , label]) => [0, 1, 2].map((at) => (at === label ? 1 : 0))),
    ),
    classes: [240, 480, 1080],
    groups: Int32Array.from(ROWS, ([session]) => session),
    seconds: Float64Array.from(ROWS, ([, , , seconds]) => seconds),
    seed: 1,
  });

  it('counts each window once; a bound belongs to the later range', () => {
    assert.deepEqual(
      scores.map(({ since, windows, sessions, accuracy, withinOneRung }) => ({
        since,
        windows,
        sessions,
        accuracy,
        withinOneRung,
      })),
      [
        { since: 'none so far', windows: 2, sessions: 2, accuracy: 1, withinOneRung: 1 },
        { since: 'in the window', windows: 1, sessions: 1, accuracy: 0, withinOneRung: 1 },
        { since: '0-10 s', windows: 3, sessions: 2, accuracy: 2 / 3, withinOneRung: 1 },
        { since: '10-30 s', windows: 2, sessions: 1, accuracy: 1 / 2, withinOneRung: 1 },
        { since: '30-40 s', windows: 1, sessions: 1, accuracy: 0, withinOneRung: 0 },
        { since: '40 s on', windows: 1, sessions: 1, accuracy: 1, withinOneRung: 1 },
      ],
    );
  });

  it('has intervals over sessions if there are at least two', () => {
    // Session 0 has one of two right, session 1 one of one: a draw has a mean of 1/2, 2/3 or 1.
    assert.deepEqual(
      scores.map(({ interval }) => interval),
      [{ low: 1, high: 1 }, null, { low: 0.5, high: 1 }, null, null, null],
    );
  });
});
