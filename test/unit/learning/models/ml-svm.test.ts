import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { projectRoot } from '../../../../common/project-root.js';
import { fitMlSvm } from '../../../../learning/models/ml-svm/ml-svm.js';
import { fitSvm } from '../../../../learning/models/svm/fit-svm.js';
import { coupleProbabilities } from '../../../../learning/models/svm/pairwise-coupling.js';
import { fitSigmoid, sigmoidAt } from '../../../../learning/models/svm/platt.js';
import { svmSettingSchema } from '../../../../schemas/search.js';
import { accuracyOn, matrixOf } from './synthetic.js';

const numbers = z.array(z.number());
const rows = z.object({ x: z.array(numbers), y: numbers });
const golden = z
  .object({
    train: rows,
    test: rows,
    cases: z.array(z.object({ C: z.number(), sigma: z.number(), expected: numbers })),
    platt: z.object({ margins: numbers, isFirst: z.array(z.boolean()), a: z.number(), b: z.number() }),
    coupling: z.object({ pairwise: z.array(numbers), expected: numbers }),
  })
  .parse(JSON.parse(readFileSync(join(projectRoot(), 'test/golden/metrics/svm.json'), 'utf8')));

const inputOf = ({ x, y }: z.infer<typeof rows>) => ({
  features: matrixOf(Float64Array.from(x.flat()), x[0]!.length),
  labels: Int32Array.from(y),
  classCount: 4,
  seed: 5,
});
const train = inputOf(golden.train);
const test = inputOf(golden.test);

describe('ml-svm against scikit-learn', () => {
  for (const { C, sigma, expected } of golden.cases) {
    it(`predicts at least 98 % of SVC's labels at C ${C}, sigma ${sigma}`, () => {
      const { model } = fitMlSvm({ family: 'ml-svm', C, sigma, maxIterations: 5000, rowCap: 800 }, train);
      const same = model.predictByVote(test.features).filter((label, row) => label === expected[row]);
      const share = same.length / expected.length;

      assert.ok(share >= 0.98, `${(100 * share).toFixed(1)} % of the labels agree`);
      const correct = expected.filter((label, row) => label === test.labels[row]).length / expected.length;
      assert.ok(Math.abs(accuracyOn(model, test) - correct) < 0.06);
    });
  }

  it("predicts like this project's own machines on rows that neither was trained on", () => {
    for (const { C, sigma } of golden.cases) {
      const theirs = fitMlSvm({ family: 'ml-svm', C, sigma, maxIterations: 5000, rowCap: 800 }, train);
      const ours = fitSvm(svmSettingSchema.parse({ family: 'svm', C, gamma: 1 / (2 * sigma ** 2) }), train);
      const predicted = ours.model.predictByVote(test.features);
      const same = theirs.model.predictByVote(test.features).filter((label, row) => label === predicted[row]);
      assert.ok(same.length / predicted.length >= 0.98, `${same.length} of ${predicted.length} at C ${C}`);
    }
  });

  it('names the resolutions of the pair that it cannot fit', () => {
    const setting = { family: 'ml-svm', C: 10, sigma: 1, maxIterations: 1, rowCap: 100 } as const;
    const classNames = ['240p', '360p', '480p', '720p'];
    assert.throws(() => fitMlSvm(setting, { ...train, classNames }), /rows of 240p and 360p;/);
    assert.throws(() => fitMlSvm(setting, train), /rows of class 0 and class 1;/);
  });

  it('fits the same sigmoid', () => {
    const { margins, isFirst, a, b } = golden.platt;
    const sigmoid = fitSigmoid(margins, isFirst);
    assert.ok(Math.abs(sigmoid.a - a) < 1e-3 && Math.abs(sigmoid.b - b) < 1e-3, JSON.stringify(sigmoid));
    assert.equal(sigmoidAt({ a: -1, b: 0 }, 0), 0.5);
    assert.equal(sigmoidAt({ a: -1, b: 0 }, -800), 0);
  });

  it('couples pairs as the linear system of Wu, Lin and Weng', () => {
    const { pairwise, expected } = golden.coupling;
    const coupled = coupleProbabilities(Float64Array.from(pairwise.flat()), 4);
    expected.forEach((probability, label) => assert.ok(Math.abs(coupled[label]! - probability) < 0.005));
  });
});
