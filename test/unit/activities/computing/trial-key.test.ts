import assert from 'node:assert/strict';
import { it } from 'node:test';
import { trialKey } from '../../../../activities/computing/trial-key.js';

const parts = {
  codeVersion: 'a',
  matrixSha256: 'b',
  setting: { family: 'ml-svm', C: 3, sigma: 1, maxIterations: 9, rowCap: 80 },
  trainShare: 1,
  folds: 3,
  seed: 1,
  salt: null,
} as const;

it('depends on all inputs of the scores, and not on the order of the setting', () => {
  const { family, C, ...rest } = parts.setting;
  const reordered = { ...parts, setting: { ...rest, C, family } };
  assert.equal(trialKey(reordered), trialKey(parts));
  const others = [
    { ...parts, codeVersion: 'x' },
    { ...parts, matrixSha256: 'x' },
    { ...parts, setting: { ...parts.setting, rowCap: 81 } },
    { ...parts, trainShare: 0.5 },
    { ...parts, folds: 4 },
    { ...parts, seed: 2 },
    { ...parts, salt: 'run' },
  ];
  assert.equal(new Set([parts, ...others].map(trialKey)).size, others.length + 1);
});
