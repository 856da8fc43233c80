import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../../common/random.js';
import {
  permutationImportance,
  type ImportanceInput,
} from '../../../../learning/evaluation/permutation-importance.js';

const ROWS = 800;
const random = createRandom(4);
const truth = Int32Array.from({ length: ROWS }, () => random.integer(2));
// The label is in `label`, and twice more in `twin 1` and `twin 2`; `noise` says nothing.
const features = {
  rows: ROWS,
  columns: 4,
  values: Float64Array.from({ length: 4 * ROWS }, (_, at) =>
    at % 4 === 3 ? random.uniform() : truth[Math.floor(at / 4)]!,
  ),
  featureNames: ['label', 'twin 1', 'twin 2', 'noise'],
};

const measure = (change: Partial<ImportanceInput>) =>
  permutationImportance({
    features,
    truth,
    classCount: 2,
    // Looks at the first column alone.
    predict: ({ rows, columns, values }) =>
      Float64Array.from({ length: 2 * rows }, (_, at) =>
        values[Math.floor(at / 2) * columns] === at % 2 ? 0.9 : 0.1,
      ),
    groups: ['a', 'b', 'b', 'c'],
    seed: 1,
    mostPredictions: 1e6,
    onProgress: () => undefined,
    ...change,
  });

describe('permutationImportance', () => {
  it('falls to chance for the feature that the model looks at, and not at all for others', () => {
    const { groups, features: single, macroF1, windows, featuresLeft } = measure({});
    assert.deepEqual([macroF1, windows, featuresLeft], [1, 500, 0]);
    assert.equal(groups[0]?.name, 'a');
    // Of two equally frequent classes, a shuffled label is right for half of the windows.
    assert.ok(Math.abs(groups[0].fall - 0.5) < 0.08, String(groups[0].fall));
    assert.ok(groups[0].low <= groups[0].fall && groups[0].fall <= groups[0].high);
    assert.deepEqual(
      groups.slice(1).map(({ fall, logLossRise }) => [fall, logLossRise]),
      [
        [0, 0],
        [0, 0],
      ],
    );
    assert.equal(single[0]?.name, 'label');
  });

  it('shows by the group what single features hide that can replace each other', () => {
    const predict: ImportanceInput['predict'] = ({ rows, columns, values }) =>
      Float64Array.from({ length: 2 * rows }, (_, at) => {
        const row = Math.floor(at / 2) * columns;
        const votes = values[row + 1]! + values[row + 2]! + values[row]!;
        return (votes >= 2 ? 1 : 0) === at % 2 ? 0.9 : 0.1;
      });
    const { groups, features: single } = measure({ predict, groups: ['twins', 'twins', 'twins', 'c'] });
    assert.ok(groups[0]!.name === 'twins' && groups[0]!.fall > 0.4);
    assert.ok(single.every(({ fall }) => fall === 0));
  });

  it('predicts no more rows than it may, says what it left out, and is the same for the same seed', () => {
    let predicted = 0;
    const base = measure({});
    const few = measure({
      mostPredictions: 3 * 500 * 4,
      predict: (matrix) => {
        predicted += matrix.rows;
        return new Float64Array(2 * matrix.rows).fill(0.5);
      },
    });
    assert.deepEqual([few.features.length, few.featuresLeft], [1, 3]);
    assert.equal(predicted, 500 + 3 * 500 * 4);
    assert.deepEqual(measure({}), base);
  });
});
