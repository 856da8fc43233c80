import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../../common/random.js';
import { domainDoubts } from '../../../../learning/domain/domain-doubts.js';
import {
  domainDistances,
  fitDomain,
  trainingDomainSchema,
} from '../../../../learning/domain/training-domain.js';
import type { FeatureMatrix } from '../../../../learning/fitting/feature-matrix.js';
import type { Unknown } from '../../../../schemas/window-prediction.js';

const NAMES = ['rate', 'size', 'audio'];

function matrix(rows: readonly (readonly number[])[]): FeatureMatrix {
  return {
    rows: rows.length,
    columns: NAMES.length,
    values: Float64Array.from(rows.flat()),
    featureNames: NAMES,
  };
}

/** Twelve sessions of 20 windows in three folds: rate and size go together, audio is always there. */
const random = createRandom(5);
const training = Array.from({ length: 240 }, () => {
  const rate = 100 + 900 * random.uniform();
  return [rate, 1000 * rate * (0.9 + 0.2 * random.uniform()), 16 + random.uniform()];
});
const groups = Int32Array.from(training, (_, row) => Math.floor(row / 20));
const domain = fitDomain({
  features: matrix(training),
  folds: Int32Array.from(groups, (group) => group % 3),
  groups,
  services: training.map(() => 'youtube'),
  spliced: new Uint8Array(training.length),
})!;

/** Doubts about one session of five windows alike. */
function doubtsAbout(row: readonly number[], service = 'youtube'): (Unknown | null)[] {
  return domainDoubts(domain, {
    features: matrix(Array.from({ length: 5 }, () => row)),
    sessions: new Int32Array(5),
    hasEvidence: new Uint8Array(5).fill(1),
    services: Array.from({ length: 5 }, () => service),
  });
}

describe('the domain of a training', () => {
  it('contains windows like those of the training, of known and of assumed services', () => {
    assert.deepEqual(doubtsAbout([500, 500_000, 16.5]), Array(5).fill(null));
    assert.deepEqual(doubtsAbout([500, 500_000, 16.5], 'assumed-443'), Array(5).fill(null));
    assert.deepEqual(doubtsAbout([500, 500_000, 16.5], ''), Array(5).fill(null));
  });

  it('does not contain another relation of the features, though each value is usual', () => {
    assert.match(
      doubtsAbout([150, 950_000, 16.5])[0]?.reason ?? '',
      /the session is unlike those of the training: mean distance 0\.\d+/,
    );
  });

  it('does not contain windows without a value that all training windows have', () => {
    assert.match(doubtsAbout([500, 500_000, NaN])[0]?.reason ?? '', /unlike/);
  });

  it('does not contain values far outside the range of the training, though their ranks are the highest', () => {
    assert.deepEqual(doubtsAbout([900, 900_000, 16.9]), Array(5).fill(null));
    const [doubt] = doubtsAbout([10_000, 10_000_000, 17]);
    assert.equal(doubt?.kind, 'unlike training');
    assert.match(doubt.reason, /unlike/);
  });

  it('does not contain a service that was not in the training, whatever its windows', () => {
    const [doubt] = doubtsAbout([500, 500_000, 16.5], 'netflix');
    assert.equal(doubt?.kind, 'untrained service');
    assert.match(doubt.reason, /not trained on the service netflix \(but on youtube\)/);
  });

  it('measures the mean difference in rank to the fifth nearest training window', () => {
    // Ten windows whose only feature is 1 to 10: of the value 10, the fifth nearest is 6, four of ten ranks away.
    const line = {
      rows: 10,
      columns: 1,
      values: Float64Array.from({ length: 10 }, (_, at) => at + 1),
      featureNames: ['x'],
    };
    const of = fitDomain({
      features: line,
      folds: Int32Array.from({ length: 10 }, (_, at) => at % 2),
      groups: Int32Array.from({ length: 10 }, (_, at) => at),
      services: [],
      spliced: new Uint8Array(10),
    })!;
    const [distance] = domainDistances(of, { ...line, rows: 1, values: Float64Array.of(10) });
    assert.ok(Math.abs(distance! - 0.4) < 1e-9, String(distance));
  });

  it('is read back unchanged from JSON', () => {
    assert.deepEqual(trainingDomainSchema.parse(JSON.parse(JSON.stringify(domain))), domain);
  });

  it('is none if nothing can be held out', () => {
    const folds = new Int32Array(training.length);
    assert.equal(
      fitDomain({
        features: matrix(training),
        folds,
        groups,
        services: [],
        spliced: new Uint8Array(folds.length),
      }),
      null,
    );
  });
});
