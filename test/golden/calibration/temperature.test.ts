import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { fitTemperature } from '../../../learning/calibration/fit-temperature.js';
import { applyTemperature } from '../../../learning/calibration/temperature.js';
import { calibration } from '../../../learning/evaluation/calibration.js';

interface Case {
  readonly probabilities: number[];
  readonly labels: number[];
  readonly groups: number[];
  readonly temperature: number;
  readonly floor: number;
}

const cases = JSON.parse(
  readFileSync(join(projectRoot(), 'test', 'golden', 'calibration', 'temperature.json'), 'utf8'),
) as Case[];

describe('fitTemperature', () => {
  for (const { temperature, floor, ...said } of cases) {
    it(`finds scipy's temperature ${temperature.toFixed(3)} and the floor ${floor}`, () => {
      const held = {
        probabilities: Float64Array.from(said.probabilities),
        labels: Int32Array.from(said.labels),
        groups: Int32Array.from(said.groups),
        classCount: 4,
      };
      const scaling = fitTemperature(held, [0, 1, 2, 3]);
      assert.equal(scaling.floor, floor);
      assert.ok(Math.abs(scaling.temperature / temperature - 1) < 1e-3, `${scaling.temperature}`);
    });
  }

  it('halves the calibration error of an overconfident model', () => {
    const { probabilities, labels, groups } = cases[0]!;
    const held = {
      probabilities: Float64Array.from(probabilities),
      labels: Int32Array.from(labels),
      groups: Int32Array.from(groups),
      classCount: 4,
    };
    const after = applyTemperature(fitTemperature(held, [0, 1, 2, 3]), held.probabilities, 4);
    const errorOf = (said: Float64Array): number =>
      calibration(held.labels, said, 4).expectedCalibrationError;
    assert.ok(errorOf(after) < errorOf(held.probabilities) / 2, `${errorOf(after)}`);
  });
});

describe('applyTemperature', () => {
  it('applies floor and temperature to the present classes, and keeps an absent class at 0', () => {
    const scaling = {
      kind: 'temperature' as const,
      version: 1 as const,
      temperature: 2,
      floor: 0.01,
      present: [0, 2],
    };
    const [first, absent, second] = applyTemperature(scaling, Float64Array.of(0.8, 0, 0.2), 3);
    const ratio = Math.sqrt(0.81 / 0.21);
    assert.ok(Math.abs(first! - ratio / (1 + ratio)) < 1e-12);
    assert.equal(absent, 0);
    assert.ok(Math.abs(first! + second! - 1) < 1e-12);
  });
});
