import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { smoothSessions } from '../../../learning/smoothing/smooth-sessions.js';

interface Case {
  readonly classes: number;
  readonly present: number[];
  readonly dwellSeconds: number;
  readonly likeness: number;
  /** Session, second, whether the window has evidence, probabilities. */
  readonly rows: [number, number, number, number[]][];
  readonly expected: number[][];
}

const cases = JSON.parse(
  readFileSync(join(projectRoot(), 'test', 'golden', 'smoothing', 'smoothing.json'), 'utf8'),
) as Case[];

describe('smoothSessions', () => {
  for (const { classes, present, rows, expected, ...how } of cases) {
    it(`smooths ${rows.length} windows of ${present.length} classes like full matrices, with likeness exponent ${how.likeness}`, () => {
      const windows = {
        sessions: Int32Array.from(rows, ([session]) => session),
        seconds: Float64Array.from(rows, ([, second]) => second),
        hasEvidence: Uint8Array.from(rows, ([, , seen]) => seen),
      };
      const alone = Float64Array.from(rows.flatMap(([, , , probabilities]) => probabilities));
      const { probabilities: smoothed } = smoothSessions(how, present, alone, classes, windows);
      for (const [at, value] of expected.flat().entries()) {
        assert.ok(Math.abs(smoothed[at]! - value) < 1e-12, `${at}: ${smoothed[at]} is not ${value}`);
      }
    });
  }

  it('stays confident over an hour of equal windows, and follows a lasting change', () => {
    const rows = 720;
    const probabilities = new Float64Array(rows * 2);
    for (let row = 0; row < rows; row++) {
      probabilities[row * 2] = row < 360 ? 0.999 : 0.001;
      probabilities[row * 2 + 1] = 1 - probabilities[row * 2]!;
    }
    const { probabilities: smoothed } = smoothSessions(
      { dwellSeconds: 100, likeness: 2 },
      [0, 1],
      probabilities,
      2,
      {
        sessions: new Int32Array(rows),
        seconds: Float64Array.from({ length: rows }, (_, row) => row * 10),
        hasEvidence: new Uint8Array(rows).fill(1),
      },
    );
    assert.ok(smoothed.every((value) => value >= 0 && value <= 1));
    assert.ok(smoothed[359 * 2]! > 0.9);
    assert.ok(smoothed[360 * 2]! < 0.1);
    assert.ok(Math.abs(smoothed[0]! + smoothed[1]! - 1) < 1e-12);
  });
});
