import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readFolds, writeFolds, type TimedFold } from '../../../../worker/tasks/fold-checkpoint.js';

describe('readFolds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-folds-'));
  after(() => rmSync(folder, { recursive: true }));

  it('reads the folds as written, and none if the file is missing or truncated', () => {
    const path = join(folder, 'folds.json');
    assert.deepEqual(readFolds(path), []);
    const fold: TimedFold = {
      score: { fold: 0, macroF1: 0.5, accuracy: 0.75, logLoss: 0.9, rows: 4 },
      warnings: ['few rows'],
      bySession: [
        [
          [2, 0],
          [1, 1],
        ],
      ],
      seconds: 1.5,
    };
    writeFolds(path, [fold]);
    assert.deepEqual(readFolds(path), [fold]);
    for (const bytes of [readFileSync(path).length - 1, 0]) {
      truncateSync(path, bytes);
      assert.deepEqual(readFolds(path), []);
    }
  });
});
