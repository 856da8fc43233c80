import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { projectRoot } from '../../../../common/project-root.js';
import { evaluatePredictions } from '../../../../learning/evaluation/evaluate.js';
import { oneVsRestRoc } from '../../../../learning/evaluation/roc.js';

const numbers = z.array(z.number());
const casesSchema = z.array(
  z.object({
    name: z.string(),
    classCount: z.int(),
    truth: numbers,
    probabilities: z.array(numbers),
    expected: z.object({
      accuracy: z.number(),
      macroF1: z.number(),
      weightedF1: z.number(),
      logLoss: z.number(),
      withinOneRung: z.number(),
      meanAbsoluteRungError: z.number(),
      expectedCalibrationError: z.number(),
      perClass: z.array(
        z.object({ precision: z.number(), recall: z.number(), f1: z.number(), support: z.int() }),
      ),
      confusion: z.array(numbers),
      roc: z.array(
        z
          .object({
            points: z.array(z.tuple([z.number(), z.number(), z.number().nullable()])),
            auc: z.number(),
            averagePrecision: z.number(),
          })
          .nullable(),
      ),
    }),
  }),
);

const file = join(projectRoot(), 'test/golden/metrics/metrics.json');
const cases = casesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

function assertClose(actual: number | null | undefined, expected: number, what: string): void {
  assert.ok(typeof actual === 'number', `${what} is missing`);
  assert.ok(Math.abs(actual - expected) < 1e-9, `${what}: ${actual}, scikit-learn says ${expected}`);
}

for (const { name, classCount, truth, probabilities, expected } of cases) {
  describe(`metrics as scikit-learn: ${name}`, () => {
    const flat = Float64Array.from(probabilities.flat());
    const evaluation = evaluatePredictions({
      truth: Int32Array.from(truth),
      probabilities: flat,
      classes: Array.from({ length: classCount }, (_, label) => 240 + label),
      groups: Int32Array.from(truth.keys(), (row) => row >> 3),
      seed: 1,
    });

    it('scores', () => {
      for (const key of [
        'accuracy',
        'macroF1',
        'weightedF1',
        'logLoss',
        'withinOneRung',
        'meanAbsoluteRungError',
        'expectedCalibrationError',
      ] as const) {
        assertClose(evaluation[key], expected[key], key);
      }
      assert.deepEqual(evaluation.confusion, expected.confusion);
      expected.perClass.forEach((scores, label) => {
        for (const key of ['precision', 'recall', 'f1', 'support'] as const) {
          assertClose(evaluation.perClass[label]?.[key], scores[key], `${key} of class ${label}`);
        }
      });
    });

    it('ROC curves, AUC and average precision', () => {
      const { curves, macroAuc } = oneVsRestRoc(Int32Array.from(truth), flat, classCount);
      expected.roc.forEach((curve, label) => {
        const actual = curves[label];
        if (curve === null) {
          assert.equal(actual, null);
          assert.equal(evaluation.perClass[label]?.auc, null);
          return;
        }
        assertClose(actual?.auc, curve.auc, `AUC of class ${label}`);
        assertClose(actual?.averagePrecision, curve.averagePrecision, `average precision of class ${label}`);
        // scikit-learn defines average precision as this sum over the points of the precision-recall curve.
        const steps = actual?.precisionRecall ?? [];
        const area = steps.reduce(
          (sum, { recall, precision }, at) => sum + (recall - (steps[at - 1]?.recall ?? 0)) * precision,
          0,
        );
        assertClose(area, curve.averagePrecision, `area below precision and recall of class ${label}`);
        assert.equal(steps.at(-1)?.recall, 1);
        assert.deepEqual(
          actual?.points.map((point) => [point.falsePositiveRate, point.truePositiveRate, point.threshold]),
          curve.points,
        );
      });
      const defined = expected.roc.filter((curve) => curve !== null).map(({ auc }) => auc);
      if (defined.length === 0) assert.equal(macroAuc, null);
      else assertClose(macroAuc, defined.reduce((sum, auc) => sum + auc, 0) / defined.length, 'macro AUC');
    });

    it('is a plain JSON value with intervals around the scores', () => {
      assert.deepEqual(JSON.parse(JSON.stringify(evaluation)), evaluation);
      assert.ok(evaluation.intervals);
      assert.ok(evaluation.intervals.accuracy.low <= evaluation.accuracy);
      assert.ok(evaluation.intervals.accuracy.high >= evaluation.accuracy);
    });
  });
}
