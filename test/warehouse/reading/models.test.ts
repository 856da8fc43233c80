import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { EXAMPLES } from '../../../cli/examples.js';
import { projectRoot } from '../../../common/project-root.js';
import { fitModel, type FittedModel } from '../../../learning/models/estimator.js';
import { serialiseModel } from '../../../learning/saved/serialise.js';
import { trialSettingSchema } from '../../../schemas/search.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../../../warehouse/core/warehouse.js';
import { decideCurrent } from '../../../warehouse/runs/current-model.js';
import { recordModel } from '../../../warehouse/runs/record.js';
import { registerRun } from '../../../warehouse/runs/register-run.js';
import { syntheticRows } from '../../unit/learning/models/synthetic.js';

const CLASSES = [240, 480, 720];
const { features, ...given } = syntheticRows({ rows: 90, classCount: CLASSES.length, columns: 4 });

const SCORE = {
  ...{ windows: 36, sessions: 6, accuracy: 0.75, accuracyInterval: [0.5, 0.9], macroF1: 0.7 },
  ...{ macroF1Interval: null, macroAuc: 0.8, withinOneRung: 1, expectedCalibrationError: 0.1 },
  ...{ expectedCalibrationErrorInterval: null, expectedCalibrationErrorByChance: null, bySwitch: [] },
  baselines: [
    {
      ...{ name: 'decision-tree', accuracy: 0.5, macroF1: 0.4 },
      lead: { accuracy: { value: 0.25, interval: null }, macroF1: { value: 0.3, interval: null } },
    },
  ],
};

/** Records a model of a run, as the last steps of the run do. */
async function storeModel(
  warehouse: Warehouse,
  { home, runId, family, kind }: { home: string; runId: string; family: string; kind: string | null },
): Promise<FittedModel> {
  const setting = trialSettingSchema.parse({ family });
  const { model } = fitModel(setting, { ...given, features });
  const sha256 = '0'.repeat(64);
  const path = join(home, `${runId}.json`);
  writeFileSync(path, serialiseModel({ model, setting, classes: CLASSES, trainingSha256: sha256, seed: 1 }));
  const source = { kind: 'dataset', path: '/data/set.csv' };
  await registerRun(warehouse, { runId, config: { source }, simulated: false }, []);
  await recordModel(warehouse, {
    ...{ modelId: `${family}-1`, runId, trial: 7, family, setting, artifactPath: path },
    ...{ artifactSha256: sha256, trainingSha256: sha256, trainingRows: 90, trainingSessions: 9 },
    ...{ featureCount: 4, classesPx: CLASSES, choice: null, isBaseline: false, metrics: SCORE },
    ...{ kind, origins: ['spliced'], judge: 'j' },
  });
  if (kind !== null) await decideCurrent(warehouse, runId, `${family}-1`, []);
  return model;
}

describe('vqi models', () => {
  let home = '';
  let trees: FittedModel;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'vqi-models-'));
    await withWarehouse(join(home, 'warehouse.duckdb'), async (warehouse) => {
      trees = await storeModel(warehouse, { home, runId: 'one', family: 'extra-trees', kind: 'a dataset' });
      await storeModel(warehouse, { home, runId: 'other', family: 'svm', kind: null });
    });
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  const vqi = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [join(projectRoot(), 'dist', 'cli', 'main.js'), 'models', ...args], {
      env: { ...process.env, VQI_HOME: home },
      cwd: home,
      encoding: 'utf8',
    });
  const json = (...args: string[]): unknown => JSON.parse(vqi(...args, '--json').stdout);

  it('lists kind, source, score beside the best simple rule, and which one is current', () => {
    const models = json() as { modelId: string; isCurrent: boolean; score: unknown; source: string }[];
    assert.deepEqual(models.map(({ modelId, isCurrent, source }) => [modelId, isCurrent, source]).sort(), [
      ['extra-trees-1', true, '/data/set.csv'],
      ['svm-1', false, '/data/set.csv'],
    ]);
    const baseline = { name: 'decision-tree', accuracy: 0.5, isModel: false };
    assert.deepEqual(models[0]?.score, { sessions: 6, accuracy: 0.75, macroF1: 0.7, baseline });
    const { stdout } = vqi('list');
    assert.match(
      stdout,
      /extra-trees-1 .*run one .* a dataset .* 0\.750 on 6 sessions .* current: the first/,
    );
    assert.match(stdout, /svm-1 [^]*part of a cross-evaluation/);
  });

  it('shows the current model: features, data, origins, standing, evaluation', () => {
    const { stdout } = vqi('show');
    for (const line of [
      /run +│ one \(spliced sessions\), trial 7 /,
      /classes +│ 240p 480p 720p /,
      /learnt from +│ 90 windows of 9 sessions /,
      /features +│ 4: f0, f1, f2, f3 /,
      /standing +│ current: the first model /,
      /accuracy +│ 0\.750 \(95 % 0\.500 to 0\.900\)/,
      /lead of the model in accuracy: \+0\.250/,
    ])
      assert.match(stdout, line);
    const shown = json('show', 'svm-1') as Record<string, unknown>;
    assert.deepEqual(shown['featureNames'], ['f0', 'f1', 'f2', 'f3']);
    assert.equal((shown['setting'] as { family: string }).family, 'svm');
    const unknown = vqi('show', 'gone');
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /there is no model gone; known models: extra-trees-1, svm-1/);
  });

  it('takes the examples of the commands that read the warehouse, in a real shell', () => {
    const main = join(projectRoot(), 'dist', 'cli', 'main.js');
    for (const path of [
      'models',
      'models list',
      'models show',
      'models export',
      'runs',
      'runs list',
      'query',
    ]) {
      const line = `vqi() { '${process.execPath}' '${main}' "$@"; }\n${EXAMPLES[path]!.command}`;
      const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
        env: { ...process.env, VQI_HOME: home },
        cwd: home,
        encoding: 'utf8',
      });
      assert.deepEqual([status, stderr], [0, ''], path);
      assert.match(stdout, /one|extra-trees/);
    }
    rmSync(join(home, 'model.onnx'));
  });

  it('says why a support vector machine is not exported, and what can be', () => {
    const { status, stderr } = vqi('export', 'svm-1');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^svm-1 \(svm\) cannot be exported: .*gradient-boosting, decision-tree only; the SVMClassifier of ONNX adds up its kernels in float32.*\nin this warehouse: extra-trees-1; vqi infer takes every model\n$/,
    );
    assert.equal(existsSync(join(home, 'model.onnx')), false);
    writeFileSync(join(home, 'other.json'), '{}');
    assert.match(vqi('export', 'svm-1').stderr, /other\.json: not a vqi-model file: /);
  });

  it('exports a model that onnxruntime applies as examples/onnx_predict.py shows', (context) => {
    const python = process.env['VQI_TEST_PYTHON'] ?? 'python3';
    const { stdout } = vqi('export', '--out', 'trees.onnx');
    assert.match(stdout, /^extra-trees, \d+ trees, \d\.\d MB: \/.*trees\.onnx\n$/);
    if (spawnSync(python, ['-c', 'import onnxruntime']).status !== 0) {
      context.skip('Python with onnxruntime is not installed (VQI_TEST_PYTHON names another Python)');
      return;
    }
    // Columns of a table come in any order, with others between them.
    const rows = Array.from({ length: features.rows }, (_, row) => {
      const [f0, f1, f2, f3] = Array.from(features.values.subarray(4 * row, 4 * row + 4), Math.fround);
      return [`s${row}`, row, f3, f1, 'x', f2, row === 0 ? '' : f0].join(',');
    });
    const csv = join(home, 'windows.csv');
    writeFileSync(csv, ['session_id,window_index,f3,f1,note,f2,f0', ...rows, ''].join('\n'));
    const script = join(projectRoot(), 'examples', 'onnx_predict.py');
    const predicted = spawnSync(python, [script, join(home, 'trees.onnx'), csv], { encoding: 'utf8' });
    assert.equal(predicted.stderr, '');
    const lines = predicted.stdout.trim().split('\n');
    assert.equal(lines[0], 'session_id,window_index,resolution_px,p_240,p_480,p_720');
    const values = Float64Array.from(features.values, Math.fround);
    values[0] = NaN;
    const ours = trees.predictProbabilities({ ...features, values });
    for (const [row, line] of lines.slice(1).entries()) {
      const [, index, px, ...shares] = line.split(',').map(Number);
      assert.equal(index, row);
      assert.equal(px, CLASSES[shares.indexOf(Math.max(...shares))]);
      for (const [label, share] of shares.entries())
        assert.ok(Math.abs(share - ours[3 * row + label]!) < 1e-6, line);
    }
    assert.equal(lines.length, features.rows + 1);
    // As a spreadsheet writes it where the decimal point is a comma.
    const german = (line: string): string => line.replaceAll(',', ';').replaceAll('.', ',');
    writeFileSync(
      csv,
      [german('session_id,window_index,f3,f1,note,f2,f0'), ...rows.map(german), ''].join('\n'),
    );
    const again = spawnSync(python, [script, join(home, 'trees.onnx'), csv], { encoding: 'utf8' });
    assert.equal(again.stdout, predicted.stdout, again.stderr);
    assert.ok(readFileSync(join(home, 'trees.onnx')).length > 1000);
  });
});
