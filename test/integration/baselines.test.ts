import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client } from '@temporalio/client';
import { resultTable } from '../../cli/result-table.js';
import { projectRoot } from '../../common/project-root.js';
import { deserialiseModel } from '../../learning/saved/serialise.js';
import type { TemporalServer } from '../../server/connect.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { SqlRow } from '../../warehouse/core/warehouse.js';
import type { SearchResult } from '../../workflows/search/search-model.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { combination, nothing, ruler, writeBaselineDataset } from './baseline-datasets.js';
import { testClient, testServer, WorkerProcess } from './worker-process.js';

const SITES = ['A', 'B', 'C', 'D'];

describe(
  'the choice between trials and baselines, on a real server with a real worker',
  { timeout: 400_000 },
  () => {
    let folder = '';
    let server: TemporalServer;
    let client: Client;
    let closeClient = (): Promise<void> => Promise.resolve();
    let worker: WorkerProcess;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'vqi-baselines-'));
      server = await testServer(join(folder, 'temporal'));
      const opened = await testClient(server);
      client = opened.client;
      closeClient = opened.close;
      worker = await WorkerProcess.start(join(folder, 'home'), server.address);
    });

    after(async () => {
      await worker.stop();
      await closeClient();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const run = async <Result>(workflowId: string, type: string, input: unknown): Promise<Result> =>
      (await client.workflow.execute(type, { taskQueue: 'vqi', workflowId, args: [input] })) as Result;
    const train = async (
      name: string,
      window: Parameters<typeof writeBaselineDataset>[1],
      sites: readonly string[],
      options: object = {},
    ): Promise<PipelineResult> => {
      const path = join(folder, `${name}.csv`);
      writeBaselineDataset(path, window, sites);
      return await run(name, 'videoQualityPipeline', {
        source: { kind: 'dataset', path, groupColumns: { site: 'place', video: 'title' } },
        search: {
          trials: 4,
          parallelTrials: 2,
          families: ['extra-trees', 'random-forest'],
          ranges: {
            'extra-trees': { trees: { from: 40, to: 60 } },
            'random-forest': { trees: { from: 40, to: 60 } },
          },
        },
        ...options,
      });
    };
    const rows = (sql: string): Promise<SqlRow[]> =>
      withWarehouse(join(folder, 'home', 'warehouse.duckdb'), (warehouse) => warehouse.rows(sql));
    const modelOf = async (runId: string): Promise<SqlRow> =>
      (await rows(`from models where run_id = '${runId}'`))[0] ?? {};
    const fileOf = (runId: string, name: string): string =>
      readFileSync(join(folder, 'home', 'runs', runId, name), 'utf8');

    it('publishes the size of the largest segment where nothing else matters, and says so everywhere', async () => {
      const result = await train('ruler', ruler, SITES);
      assert.equal(result.family, 'largest-segment');
      const { choice } = result;
      assert.ok(choice !== null);
      const sentence =
        /^No trial beat (the size of the largest segment|a tree of depth three) on 4 sites that the fit had not seen \(accuracy: best trial 0\.\d{3}, \1 0\.\d{3}.*\): the size of the largest segment is published/;
      assert.match(choice.text, sentence);
      assert.deepEqual(
        result.warnings.filter((warning) => sentence.test(warning)),
        [choice.text],
      );
      const table = resultTable(result, { home: folder, url: null });
      assert.match(table, /ranked on +│ 4 sites that the fit had not seen/);
      assert.ok(table.replaceAll(/\s*│\n│ +│ /g, ' ').includes(choice.text), table);
      const page = fileOf('ruler', 'report.html');
      assert.ok(
        page.split(choice.text).length >= 3,
        'the report says it beside the model and among the warnings',
      );

      const model = await modelOf('ruler');
      assert.deepEqual(
        [model['family'], model['is_baseline'], model['choice'], model['ranked_on'], model['ranked_groups']],
        ['largest-segment', true, choice.text, 'site', 4],
      );
      assert.equal(model['best_trial'], choice.best?.trial);
      // The scores that the table of trials has for the same folds.
      const trials = await rows(
        `select trial, family, accuracy, macro_f1 from trials where run_id = 'ruler' and state = 'completed' order by trial`,
      );
      assert.deepEqual(
        trials.slice(-3).map(({ trial, family }) => [trial, family]),
        [
          [5, 'majority'],
          [6, 'largest-segment'],
          [7, 'decision-tree'],
        ],
      );
      const scored = (trial: unknown): SqlRow | undefined => trials.find((row) => row['trial'] === trial);
      assert.equal(scored(model['best_trial'])?.['accuracy'], model['best_accuracy']);
      const baseline = trials.find((row) => row['family'] === model['baseline']);
      assert.deepEqual(
        [baseline?.['accuracy'], baseline?.['macro_f1']],
        [model['baseline_accuracy'], model['baseline_macro_f1']],
      );
      const folds = await rows(
        `select count(distinct fold)::integer as folds from "run ruler".splits where fold >= 0 group by fold_group`,
      );
      assert.deepEqual(folds, Array<SqlRow>(4).fill({ folds: 1 }));

      // Half of the windows are of the lowest rung; neighbouring rungs overlap in 0.6 of 1.6 units, where the size says
      // nothing about which of the two it is.
      assert.ok(result.score.accuracy !== null && result.score.accuracy > 0.6, String(result.score.accuracy));
      const saved = deserialiseModel(fileOf('ruler', 'model.json'));
      assert.equal(saved.model.family, 'largest-segment');
      assert.throws(
        () =>
          execFileSync(
            process.execPath,
            [
              join(projectRoot(), 'dist', 'cli', 'main.js'),
              ...['models', 'export', String(model['model_id']), '--out', join(folder, 'ruler.onnx')],
            ],
            {
              encoding: 'utf8',
              stdio: 'pipe',
              env: { ...process.env, VQI_HOME: join(folder, 'home') },
            },
          ),
        /\(largest-segment\) cannot be exported: ONNX files are made of random-forest, /,
      );
    });

    it('publishes the commonest resolution where there is nothing to learn', async () => {
      const result = await train('nothing', nothing, SITES);
      assert.equal(result.family, 'majority');
      assert.match(result.choice?.text ?? '', /^No trial beat .*: the commonest resolution is published/);
      const { setting, metrics } = deserialiseModel(fileOf('nothing', 'model.json'));
      assert.deepEqual(setting, { family: 'majority' });
      assert.ok(metrics !== undefined, 'it is calibrated like every model');
      const [predicted] = await rows(
        `select list(distinct predicted_px) as rungs from "run nothing".resolution_timeline`,
      );
      assert.deepEqual(predicted?.['rungs'], [240]);
    });

    it('publishes a forest where only a combination of features shows the resolution', async () => {
      const result = await train('combination', combination, SITES);
      assert.ok(['extra-trees', 'random-forest'].includes(result.family), result.choice?.text);
      assert.match(
        result.choice?.text ?? '',
        /^Trial \d \(.*\) is published: on 4 sites that the fit had not seen, it beat the best baseline, /,
      );
      assert.ok(!result.warnings.some((warning) => /No trial beat/.test(warning)));
      const model = await modelOf('combination');
      assert.equal(model['is_baseline'], false);
      assert.ok(Number(model['best_accuracy']) > Number(model['baseline_accuracy']) + 0.2);
      assert.deepEqual(result.trials, { completed: 4, failed: 0 });

      // A search that names baselines only.
      const only = await run<SearchResult>('baselines-only', 'tuneModel', {
        run: 'combination',
        search: { families: ['decision-tree', 'majority'], trials: 5 },
      });
      assert.deepEqual(only.trials, { completed: 0, failed: 0 });
      assert.match(only.choice?.text ?? '', /^Only baselines were scored on 4 sites/);
    });

    it('ranks on videos where one site has most of the windows, and on what is stated', async () => {
      const sites = ['A', 'A', 'A', 'B', 'C', 'A'];
      const search = { trials: 1, families: ['extra-trees'], folds: 4 };
      const wide = await train('dominated', combination, sites, { search });
      assert.deepEqual([wide.choice?.rankedOn.kind, wide.choice?.rankedOn.groups], ['video', 9]);
      assert.match(
        wide.choice?.rankedOn.refused[0]?.reason ?? '',
        /^site A has 6\d % of the windows, and less than half would be left to learn from$/,
      );
      const stated = await train('stated', combination, sites, { search, split: { foldsBy: 'site' } });
      assert.deepEqual([stated.choice?.rankedOn.kind, stated.choice?.rankedOn.groups], ['site', 3]);
      // Three sites make three folds, although four were asked for.
      const [trial] = await rows(
        `select len(macro_f1_by_fold)::integer as folds from trials where run_id = 'stated' and trial = 1`,
      );
      assert.equal(trial?.['folds'], 3);
    });
  },
);
