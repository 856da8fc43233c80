import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../common/project-root.js';
import { calibrate } from '../../../learning/calibration/calibrated-model.js';
import type { TemperatureScaling } from '../../../learning/calibration/temperature.js';
import { fitModel } from '../../../learning/models/estimator.js';
import type { TreeModel } from '../../../learning/models/trees/tree-model.js';
import { treeModelToOnnx } from '../../../learning/saved/onnx/tree-ensemble-onnx.js';
import { serialiseModel } from '../../../learning/saved/serialise.js';
import { trialSettingSchema } from '../../../schemas/search.js';
import { matrixOf, syntheticRows } from '../../unit/learning/models/synthetic.js';

/**
 * Writes small models, as JSON and as ONNX, and rows for predictions; make_expected.py reads them. Run with:
 *   node dist/test/golden/onnx/make-models.js
 */
const folder = join(projectRoot(), 'test', 'golden', 'onnx');
const holes = (values: Float64Array): Float64Array =>
  values.map((value, index) => (index % 11 === 4 ? NaN : Math.fround(value)));

for (const [name, classCount, labelled, setting] of [
  ['forest', 3, 3, { family: 'random-forest', trees: 5, maxDepth: 4 }],
  ['boosting', 4, 3, { family: 'gradient-boosting', rounds: 4, maxLeaves: 5 }],
  ['boosting-two', 2, 2, { family: 'gradient-boosting', rounds: 6, maxLeaves: 5 }],
  ['forest-calibrated', 4, 3, { family: 'extra-trees', trees: 5, maxDepth: 4 }],
] as const) {
  const input = syntheticRows({ rows: 200, classCount: labelled });
  const training = { ...input, classCount, features: matrixOf(holes(input.features.values), 6) };
  const parsed = trialSettingSchema.parse(setting);
  const model = fitModel(parsed, training).model as TreeModel;
  const calibration: TemperatureScaling | undefined = name.endsWith('calibrated')
    ? { kind: 'temperature', version: 1, temperature: 1.7, floor: 1e-3, present: [0, 1, 2] }
    : undefined;
  const answering = calibration === undefined ? model : calibrate(model, calibration);
  const classes = [240, 480, 720, 1080].slice(0, classCount);
  const saved = { model: answering, setting: parsed, classes, trainingSha256: '', seed: 1 };
  writeFileSync(join(folder, `${name}.model.json`), serialiseModel(saved));
  const onnx = treeModelToOnnx(model, { classes, producerVersion: '0.1.0', metadata: {}, calibration });
  writeFileSync(join(folder, `${name}.onnx`), onnx);
}
const { features } = syntheticRows({ rows: 40, seed: 8 });
const rows = Array.from(holes(features.values), (value) => (Number.isNaN(value) ? null : value));
writeFileSync(join(folder, 'rows.json'), `${JSON.stringify(rows)}\n`);
