import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heldOutRows } from '../../../../learning/answers/held-out-rows.js';
import type { LearningRows } from '../../../../learning/answers/learning-rows.js';

/** Session, fold (-2: in no split), resolution (NaN: unknown), seconds since a switch (negative: within the window). */
const ROWS = [
  ['held', -1, 240, NaN],
  ['held', -2, 720, -4],
  ['held', -1, 1080, 6],
  ['held', -2, NaN, NaN],
  ['seen', 0, 240, NaN],
  ['seen', -2, 720, -3],
] as const;

describe('heldOutRows', () => {
  const ids = ROWS.map(([session]) => session);
  const groups = Int32Array.from(ids, (session) => (session === 'held' ? 0 : 1));
  const scoring: LearningRows = {
    features: { rows: ROWS.length, columns: 0, values: new Float64Array(0), featureNames: [] },
    labels: new Int32Array(ROWS.length),
    folds: Int32Array.from(ROWS, ([, fold]) => fold),
    groups,
    groupCount: 2,
    source: {
      rows: ROWS.length,
      featureNames: [],
      values: new Float64Array(0),
      sessionIds: ids,
      sessionGroups: ids,
      windowIndex: Int32Array.from(ROWS.keys()),
      startUs: new Float64Array(ROWS.length).fill(NaN),
      resolutionPx: Float64Array.from(ROWS, ([, , heightPx]) => heightPx),
      fold: new Float64Array(ROWS.length),
      services: ROWS.map(() => ''),
      hasMedia: new Uint8Array(ROWS.length).fill(1),
      isSpliced: new Uint8Array(ROWS.length),
      sinceSwitchSeconds: Float64Array.from(ROWS, ([, , , seconds]) => seconds),
    },
  };
  const answers = Float64Array.from({ length: ROWS.length * 2 }, (_, at) => (at % 2 === 0 ? 0.9 : 0.1));

  it('takes labelled rows of held-out sessions, also of a resolution that the model does not know', () => {
    const heldOut = heldOutRows(scoring, [240, 720], 1);
    assert.deepEqual([...heldOut.rows], [0, 2]);
    const { truth, classes, probabilities } = heldOut.of(answers);
    assert.deepEqual(classes, [240, 720, 1080]);
    assert.deepEqual([...truth], [0, 2]);
    assert.deepEqual([...probabilities], [0.9, 0.1, 0, 0.9, 0.1, 0]);
  });

  it('includes windows with a switch on request, of held-out sessions only', () => {
    assert.deepEqual([...heldOutRows(scoring, [240, 720], 1, true).rows], [0, 1, 2]);
  });
});
