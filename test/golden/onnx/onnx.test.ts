import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { isCalibrated } from '../../../learning/calibration/calibrated-model.js';
import { likeliestClasses } from '../../../learning/evaluation/metrics.js';
import { isTreeModel } from '../../../learning/models/trees/tree-model.js';
import { roundDownToFloat32 } from '../../../learning/saved/onnx/round-down.js';
import { treeModelToOnnx } from '../../../learning/saved/onnx/tree-ensemble-onnx.js';
import { deserialiseModel } from '../../../learning/saved/serialise.js';
import { matrixOf } from '../../unit/learning/models/synthetic.js';

const folder = join(projectRoot(), 'test', 'golden', 'onnx');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** Predictions of onnxruntime for the committed files, from make_expected.py. */
const expected = JSON.parse(read('expected.json')) as Record<
  string,
  { label: number[]; probabilities: number[][]; metadata: Record<string, string> }
>;
const values = JSON.parse(read('rows.json')) as (number | null)[];
const rows = matrixOf(
  Float64Array.from(values, (value) => value ?? NaN),
  6,
);

for (const [name, { label, probabilities, metadata }] of Object.entries(expected)) {
  describe(`a model in ONNX: ${name}`, () => {
    const { model: saved, classes } = deserialiseModel(read(`${name}.model.json`));
    const model = isCalibrated(saved) ? saved.base : saved;
    const calibration = isCalibrated(saved) ? saved.calibration : undefined;
    assert.ok(isTreeModel(model));
    const found = saved.predictProbabilities(rows);

    it('is exported as the same bytes that onnxruntime read', () => {
      const written = treeModelToOnnx(model, {
        classes,
        producerVersion: '0.1.0',
        metadata: {},
        calibration,
      });
      assert.deepEqual(Buffer.from(written), readFileSync(join(folder, `${name}.onnx`)));
    });

    it('has the same probabilities and labels in onnxruntime', () => {
      const differences = probabilities.flat().map((value, index) => Math.abs(value - found[index]!));
      assert.equal(differences.length, found.length);
      assert.ok(Math.max(...differences) <= 1e-6, `${Math.max(...differences)}`);
      const labels = likeliestClasses(found, classes.length);
      assert.deepEqual(
        label,
        Array.from(labels, (index) => classes[index]),
      );
    });

    it('contains family, features and classes as metadata', () => {
      assert.deepEqual(metadata, {
        family: model.family,
        featureNames: JSON.stringify(model.featureNames),
        classesPx: JSON.stringify(classes),
        ...(calibration === undefined ? {} : { calibration: JSON.stringify(calibration) }),
      });
    });
  });
}

describe('roundDownToFloat32', () => {
  it('gives the float32 at or next below a number', () => {
    for (const value of [0, 1, 0.1, -0.1, 1 / 3, 1e-50, -1e-50, 16_777_217, -16_777_217, 1e300, -2.5]) {
      const rounded = roundDownToFloat32(value);
      assert.equal(Math.fround(rounded), rounded);
      assert.ok(rounded <= value, `${value} became ${rounded}`);
    }
    assert.equal(roundDownToFloat32(16_777_217), 16_777_216);
    assert.equal(roundDownToFloat32(-16_777_217), -16_777_218);
    assert.equal(roundDownToFloat32(1e300), (2 - 2 ** -23) * 2 ** 127);
    assert.equal(roundDownToFloat32(-1e-50), -(2 ** -149));
  });
});
