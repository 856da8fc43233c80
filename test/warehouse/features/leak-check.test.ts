import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { ingestFile } from '../../../bench/ingest-file.js';
import { parseSessionsFile } from '../../../datasets/parse-sessions-file.js';
import { learningRows } from '../../../learning/answers/learning-rows.js';
import { columnSkills, LEAK_SKILL } from '../../../learning/evaluation/leak-check.js';
import { assignSessions } from '../../../learning/search/assign-sessions.js';
import { KNOWN_HEIGHTS_PX, runConfigSchema } from '../../../schemas/run-config.js';
import { loadPlayerLogs } from '../../../warehouse/captures/player-logs.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import { buildFeatureTables } from '../../../warehouse/features/build-features.js';
import { buildTrainingTables } from '../../../warehouse/features/build-training-tables.js';
import { writeFeatureFile } from '../../../warehouse/features/feature-file.js';
import { readFeatureFile } from '../../../warehouse/features/feature-file.js';
import { registerRun, type RunSource } from '../../../warehouse/runs/register-run.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';

const PER_RUNG = 4;

it('flags no honest feature of real captures, and every copy of their labels', async (test) => {
  const list = sharedData('requet', 'sessions.csv');
  if (list === null) {
    test.skip(NO_SHARED_DATA);
    return;
  }
  const sessions = parseSessionsFile(list, readFileSync(list, 'utf8'), KNOWN_HEIGHTS_PX);
  const chosen = [240, 360, 480, 720].flatMap((rung) =>
    sessions.filter(({ resolutionPx }) => resolutionPx === rung).slice(0, PER_RUNG),
  );
  const folder = mkdtempSync(join(tmpdir(), 'vqi-leak-'));
  try {
    const warehousePath = join(folder, 'warehouse.duckdb');
    const sources: RunSource[] = [];
    for (const { capture, sessionId, site, videoId, homeId, resolutionPx } of chosen) {
      mkdirSync(join(folder, sessionId));
      const { captureId } = await ingestFile(
        join(dirname(list), capture),
        warehousePath,
        join(folder, sessionId),
      );
      sources.push({ captureId, captureName: capture, sessionId, site, videoId, homeId, resolutionPx });
    }
    const config = runConfigSchema.parse({
      source: { kind: 'captures', directory: folder },
      service: { find: 'assume' },
    });
    const trainingPath = join(folder, 'training.arrow');
    await withWarehouse(warehousePath, async (warehouse) => {
      await warehouse.useRun('test');
      await registerRun(warehouse, { runId: 'test', config, simulated: false }, sources);
      await buildFeatureTables(warehouse, 'test', config, [], () => undefined);
      await loadPlayerLogs(warehouse, null);
      await buildTrainingTables(
        warehouse,
        'test',
        config,
        KNOWN_HEIGHTS_PX,
        (rows, values) =>
          assignSessions(rows, values, { ...config.split, holdoutShare: 0.2, folds: 3, seed: 1 }),
        () => undefined,
      );
      await writeFeatureFile(warehouse, 'training_set', trainingPath);
    });
    const { features, labels, folds, source } = learningRows(
      await readFeatureFile(trainingPath),
      [240, 360, 480, 720],
    );
    assert.ok(features.rows > 500, `${features.rows} windows`);

    const canaries = { canary: (px: number) => px, 'scaled canary': (px: number) => 1 / Math.log(px) };
    const names = [...features.featureNames, ...Object.keys(canaries)];
    const values = Float64Array.from({ length: features.rows * names.length }, (_, at) => {
      const [row, column] = [Math.floor(at / names.length), at % names.length];
      const canary = Object.values(canaries)[column - features.columns];
      return (
        canary?.(source.resolutionPx[row] ?? NaN) ?? features.values[row * features.columns + column] ?? NaN
      );
    });
    const skills = columnSkills({
      features: { rows: features.rows, columns: names.length, values, featureNames: names },
      labels,
      classCount: 4,
      folds,
    });
    assert.deepEqual(
      skills.filter(({ skill }) => skill >= LEAK_SKILL).map(({ column }) => column),
      ['canary', 'scaled canary'],
    );
    const [best] = skills.slice(2);
    assert.ok((best?.skill ?? 1) < LEAK_SKILL - 0.2, `${best?.column} has ${best?.skill}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
