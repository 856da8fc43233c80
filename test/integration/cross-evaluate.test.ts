import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { crossEvaluationText } from '../../cli/commands/cross-evaluate.js';
import { rootCause } from '../../cli/root-cause.js';
import type { TemporalServer } from '../../server/connect.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { type SqlRow } from '../../warehouse/core/warehouse.js';
import type { CrossEvaluationResult } from '../../workflows/cross-evaluate.js';
import { writeSmallDataset } from './small-dataset.js';
import { testClient, testServer, until, WorkerProcess } from './worker-process.js';

describe('crossEvaluate, on a real server with a real worker', { timeout: 400_000 }, () => {
  let folder = '';
  let server: TemporalServer;
  let client: Client;
  let closeClient = (): Promise<void> => Promise.resolve();
  let worker: WorkerProcess;
  let result: CrossEvaluationResult;

  const start = (workflowId: string, type: string, config: object): Promise<WorkflowHandle> =>
    client.workflow.start(type, {
      taskQueue: 'vqi',
      workflowId,
      args: [{ source: { kind: 'dataset', path: join(folder, 'small.csv') }, ...config }],
    });
  const rows = (sql: string): Promise<SqlRow[]> =>
    withWarehouse(join(folder, 'home', 'warehouse.duckdb'), (warehouse) => warehouse.rows(sql));
  const search = { trials: 2, folds: 2, families: ['extra-trees'] };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-cross-evaluate-'));
    const path = join(folder, 'small.csv');
    writeSmallDataset(path);
    const [names, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
    writeFileSync(path, [`${names},device`, ...lines.map((line) => `${line},tv`), ''].join('\n'));
    server = await testServer(join(folder, 'temporal'));
    const opened = await testClient(server);
    client = opened.client;
    closeClient = opened.close;
    worker = await WorkerProcess.start(join(folder, 'home'), server.address);
    await (await start('before', 'videoQualityPipeline', { search })).result();
    const cross = await start('cross', 'crossEvaluate', { search, parts: 3 });
    result = (await cross.result()) as CrossEvaluationResult;
  });

  after(async () => {
    await worker.stop();
    await closeClient();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('evaluates every session once, with a model that was not trained on it', async () => {
    const parts = result.parts.map(({ runId }) => runId);
    assert.deepEqual(parts, ['cross/part-1', 'cross/part-2', 'cross/part-3']);
    const [pooled] = await rows(`
      select count(*)::integer as windows, count(distinct session_id)::integer as sessions,
        count(distinct (session_id, window_index))::integer as keys
      from "run cross".predictions where split = 'held out'`);
    assert.deepEqual(pooled, { windows: 1200, sessions: 60, keys: 1200 });
    for (const part of parts) {
      const [seen] = await rows(`
        select count(*)::integer as sessions from "run ${part}".splits as split
        where fold >= 0 and session_group in (
          select session_id from "run ${part}".predictions where split = 'held out')`);
      assert.equal(seen?.['sessions'], 0, part);
    }
  });

  it('gives the scores that SQL computes from the predictions', async () => {
    const [expected] = await rows(`
      with all_parts as (
        from "run cross/part-1".predictions union all by name from "run cross/part-2".predictions
        union all by name from "run cross/part-3".predictions
      ),
      predicted as (
        -- Scores count unknown windows too, by their likeliest resolution.
        select * replace (
          list_reduce(map_keys(probabilities), lambda one, other: if(probabilities[other] > probabilities[one], other, one))::integer as predicted_px)
        from all_parts
      ),
      counts as (
        select px, count_if(true_px = px and predicted_px = px) as hits, count_if(true_px = px) as true_rows,
          count_if(predicted_px = px) as predicted_rows
        from predicted cross join (values (240), (480), (1080)) as rungs(px)
        where split = 'held out' group by px
      )
      select avg(2 * hits / (true_rows + predicted_rows)) as macro_f1,
        (select avg((true_px = predicted_px)::integer) from predicted where split = 'held out') as accuracy
      from counts`);
    assert.ok(Math.abs(Number(expected?.['accuracy']) - result.score.accuracy!) < 1e-12);
    assert.ok(Math.abs(Number(expected?.['macro_f1']) - result.score.macroF1!) < 1e-12);
    assert.equal(result.score.windows, 1200);
    const [majority] = await rows(`
      select value from "run cross".evaluation where model = 'majority' and metric = 'accuracy'`);
    const [added] = await rows(`
      select sum(windows) filter (true_px = predicted_px) / sum(windows) as accuracy
      from (from "run cross/part-1".confusion_matrix union all from "run cross/part-2".confusion_matrix
        union all from "run cross/part-3".confusion_matrix)
      where model = 'majority'`);
    assert.equal(majority?.['value'], added?.['accuracy']);
    const page = result.files.find((file) => file.endsWith('report.html')) ?? '';
    assert.match(
      readFileSync(page, 'utf8'),
      new RegExp(`majority \\(baseline\\)[^]*accuracy ${Number(majority?.['value']).toFixed(3)}`),
    );
  });

  it('says which columns became no inputs, once for all parts, and what the verdict is', async () => {
    const text = crossEvaluationText(result);
    assert.match(text, /│ columns left out +│ 1; each one with its reason/);
    assert.equal(text.split('1 not numeric: device (type VARCHAR is no number)').length, 2, text);
    const [run] = await rows("select verdict from runs where run_id = 'cross'");
    const verdict = run?.['verdict'] as string[];
    assert.match(verdict[0] ?? '', /^The 60 sessions were divided into 3 parts; /);
    for (const sentence of verdict) assert.ok(text.includes(`\n${sentence}\n`), text);
    const [first, ...others] = result.dropped!;
    assert.match(
      crossEvaluationText({ ...result, dropped: [{ ...first!, columns: [] }, ...others] }),
      /│ columns left out +│ 1; [^\n]*\n│ in part 2, 3 /,
    );
  });

  it('shows its own tables in main, and leaves the current model unchanged', async () => {
    const models = await rows('select run_id, is_current from models order by run_id');
    assert.deepEqual(
      models.map((row) => [row['run_id'], row['is_current']]),
      [
        ['before', true],
        ['cross/part-1', false],
        ['cross/part-2', false],
        ['cross/part-3', false],
      ],
    );
    const [shown] = await rows("select value from evaluation where model = 'model' and metric = 'sessions'");
    assert.equal(shown?.['value'], 60);
  });

  it('gives the same result after kill -9 of the worker in the middle of a part', async () => {
    const handle = await start('killed', 'crossEvaluate', { search: { ...search, force: true }, parts: 3 });
    const partRuns = async (): Promise<boolean> => {
      const { raw } = await client.workflow.getHandle('killed/part-2').describe();
      return (raw.pendingActivities ?? []).some(({ lastStartedTime }) => lastStartedTime != null);
    };
    await until(() => partRuns().catch(() => false), 120_000, 'the second part runs');
    await worker.kill();
    worker = await WorkerProcess.start(join(folder, 'home'), server.address);
    const { score, parts } = (await handle.result()) as CrossEvaluationResult;
    assert.deepEqual(score, result.score);
    assert.deepEqual(
      parts.map(({ macroF1, family }) => [macroF1, family]),
      result.parts.map(({ macroF1, family }) => [macroF1, family]),
    );
  });

  it('names the part that warns first, and repeats no warning', async () => {
    const capped = {
      ...search,
      families: ['ml-random-forest'],
      rowCap: { 'ml-random-forest': 100 },
      standardErrors: 0,
    };
    const handle = await start('warned', 'crossEvaluate', { search: capped, parts: 2 });
    const { warnings } = (await handle.result()) as CrossEvaluationResult;
    assert.match(warnings.join('\n'), /^warned\/part-1: ml-random-forest was trained on 100 of /m);
    const texts = warnings.map((warning) => warning.replace(/^warned\/part-\d: /, ''));
    assert.deepEqual([...new Set(texts)], texts);
  });

  it('rejects a configured part, and more parts than groups', async () => {
    const failureOf = async (workflowId: string, config: object): Promise<string> =>
      await (await start(workflowId, 'crossEvaluate', { search, ...config })).result().then(
        () => assert.fail('the run did not fail'),
        (error: unknown) => rootCause(error),
      );
    assert.match(
      await failureOf('with-part', { split: { part: { number: 1, of: 2 } } }),
      /split\.part: a cross-evaluation holds out every part in turn/,
    );
    assert.match(
      await failureOf('too-many', { parts: 61 }),
      /60 groups cannot be divided into 61 parts to hold out in turn/,
    );
  });
});
