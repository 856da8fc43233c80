import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runExportModelCommand } from '../../../cli/commands/export-model.js';
import { fitModel } from '../../../learning/models/estimator.js';
import { serialiseModel } from '../../../learning/saved/serialise.js';
import { trialSettingSchema } from '../../../schemas/search.js';
import { syntheticRows } from '../learning/models/synthetic.js';

describe('vqi export-model', () => {
  it('refuses a support vector machine, and says why', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-export-'));
    try {
      const setting = trialSettingSchema.parse({ family: 'svm' });
      const { model } = fitModel(setting, syntheticRows({ rows: 90, classCount: 3, columns: 4 }));
      const path = join(folder, 'model.json');
      const saved = { model, setting, classes: [240, 480, 720], trainingSha256: '0'.repeat(64), seed: 1 };
      writeFileSync(path, serialiseModel(saved));
      const out = join(folder, 'model.onnx');
      await assert.rejects(
        runExportModelCommand(path, { out }),
        /^Error: svm cannot be exported: .*SVMClassifier of ONNX adds up its kernels in float32.*vqi infer takes every model$/,
      );
      assert.equal(existsSync(out), false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
