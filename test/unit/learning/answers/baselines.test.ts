import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { baselinesOf } from '../../../../learning/answers/baselines.js';
import type { LearningRows } from '../../../../learning/answers/learning-rows.js';

/** Windows, each with the size of a segment. */
function windows(
  sessionIds: readonly string[],
  sizes: readonly number[],
  labels: readonly number[],
): LearningRows {
  const rows = sizes.length;
  const unknown = new Float64Array(rows).fill(NaN);
  const features = { rows, columns: 1, values: Float64Array.from(sizes), featureNames: ['10_max_chunksize'] };
  return {
    features,
    labels: Int32Array.from(labels),
    folds: new Int32Array(rows),
    groups: new Int32Array(rows),
    groupCount: 1,
    source: {
      ...features,
      sessionIds,
      sessionGroups: sessionIds,
      windowIndex: Int32Array.from(sizes.keys()),
      startUs: unknown,
      resolutionPx: unknown,
      fold: unknown,
      services: Array.from(unknown, () => ''),
      hasMedia: new Uint8Array(unknown.length).fill(1),
      isSpliced: new Uint8Array(unknown.length),
      sinceSwitchSeconds: unknown,
    },
  };
}

describe('baselinesOf', () => {
  const training = windows(['x', 'x', 'y', 'y'], [1, 1, 9, 9], [0, 0, 1, 1]);
  const scoring = windows(['a', 'a', 'b', 'b'], [1, 9, 9, 1], [0, 1, 1, 0]);
  const model = Float64Array.of(0.8, 0.2, 0.3, 0.7, 0.1, 0.9, 0.6, 0.4);
  const byName = new Map(
    baselinesOf(training, scoring, model, 2, 1).map(({ name, probabilities }) => [name, [...probabilities]]),
  );

  it('fits on the training rows and predicts for the others', () => {
    assert.deepEqual([...byName.keys()], ['majority', 'largest-segment', 'decision-tree', 'previous-rung']);
    assert.deepEqual(byName.get('majority'), [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    assert.deepEqual(byName.get('largest-segment'), [1, 0, 0, 1, 0, 1, 1, 0]);
    assert.deepEqual(byName.get('decision-tree'), [1, 0, 0, 1, 0, 1, 1, 0]);
  });

  it("repeats the model's prediction of the previous window; the first window gets the classes' shares", () => {
    assert.deepEqual(byName.get('previous-rung'), [0.5, 0.5, 0.8, 0.2, 0.5, 0.5, 0.1, 0.9]);
  });

  it('leaves out baselines that cannot be fitted on the rows', () => {
    const one = windows(['x', 'x'], [1, 9], [1, 1]);
    assert.deepEqual(
      baselinesOf(one, scoring, model, 2, 1).map(({ name }) => name),
      ['majority', 'previous-rung'],
    );
  });
});
