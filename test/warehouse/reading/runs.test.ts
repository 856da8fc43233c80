import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { loadSkippedCaptures } from '../../../warehouse/captures/skipped-captures.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../../../warehouse/core/warehouse.js';
import { runScore } from '../../../warehouse/reading/run-score.js';
import { completeRun } from '../../../warehouse/runs/publish.js';
import { recordTrial } from '../../../warehouse/runs/record.js';
import { registerRun } from '../../../warehouse/runs/register-run.js';
import { storeVerdict } from '../../../warehouse/runs/verdicts.js';

const SCORE = {
  ...{ windows: 4, sessions: 2, accuracy: 0.75, macroF1: 0.7 },
  baselines: [
    { name: 'majority', accuracy: 0.25, macroF1: 0.1, lead: {} },
    { name: 'decision-tree', accuracy: 0.5, macroF1: 0.4, lead: {} },
    // Made from the model itself: no rule to compare with.
    { name: 'previous-rung', accuracy: 0.7, macroF1: 0.6, lead: null },
  ],
};

const trial = (runId: string, number: number, budgetShare: number, macroF1: number | null) => ({
  ...{ runId, trial: number, family: 'extra-trees', setting: { family: 'extra-trees', trees: number } },
  ...{
    state: macroF1 === null ? ('failed' as const) : ('completed' as const),
    budgetShare,
    attempts: 1,
    macroF1,
  },
  ...{ macroF1Low: null, macroF1High: null, macroF1ByFold: null, accuracy: macroF1, logLoss: null },
  ...{
    foldsPath: null,
    trainRows: 10,
    seconds: 1,
    reused: false,
    reason: macroF1 === null ? 'too few rows' : null,
  },
  warnings: [],
});

/** A run in which two sessions of two windows were held out; predicted: 480p with this probability, else 240p. */
async function makeRun(
  warehouse: Warehouse,
  runId: string,
  seed: number,
  shares: readonly number[],
  search: object = {},
): Promise<void> {
  await registerRun(
    warehouse,
    {
      runId,
      config: { source: { kind: 'dataset', path: '/data/set.csv' }, seed, ...search },
      simulated: false,
    },
    [],
  );
  await warehouse.useRun(runId);
  const values = shares.map((share, at) => ({
    ...{ session_id: at < 2 ? 'a' : 'b', window_index: at % 2, true_px: 480, split: 'held out' },
    share,
  }));
  await warehouse.run(
    `create table predictions as
      select *, map([240, 480], [1 - share, share]) as probabilities
      from (values ${values.map((row) => `('${row.session_id}', ${row.window_index}, 480, 'held out', ${row.share}::double)`).join(', ')})
        as p(session_id, window_index, true_px, split, share)`,
  );
  await storeVerdict(warehouse, runId, ['Learnt from two sessions.', 'Right.', 'Trust it.'], SCORE);
}

describe('commands that read the warehouse', () => {
  let home = '';
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'vqi-runs-'));
    await withWarehouse(join(home, 'warehouse.duckdb'), async (warehouse) => {
      await makeRun(warehouse, 'one', 1, [0.9, 0.8, 0.7, 0.6]);
      await makeRun(warehouse, 'other', 2, [0.9, 0.8, 0.2, 0.1]);
      const ranges = { svm: { a: [1, 2], b: [1, 2], c: [1, 2], d: [1, 2] } };
      await makeRun(warehouse, 'ranges', 1, [0.9], { search: { ranges, trials: 3 } });
      for (const row of [
        trial('one', 1, 1, 0.5),
        trial('one', 2, 1, 0.6),
        trial('one', 3, 0.25, 0.9),
        trial('one', 4, 1, null),
      ])
        await recordTrial(warehouse, row);
    });
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  const vqi = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [join(projectRoot(), 'dist', 'cli', 'main.js'), ...args], {
      env: { ...process.env, VQI_HOME: home },
      encoding: 'utf8',
    });
  const json = (...args: string[]): unknown => JSON.parse(vqi(...args, '--json').stdout);

  it('list all runs with their score next to the best simple rule', () => {
    const { stdout } = vqi('runs');
    assert.match(stdout, /one .*building .*\/data\/set\.csv.* 2 .* 0\.750 .* 0\.500 \(decision-t/);
    const runs = json('runs') as { runId: string; score: unknown }[];
    assert.deepEqual(runs.map(({ runId }) => runId).sort(), ['one', 'other', 'ranges']);
    const score = {
      sessions: 2,
      accuracy: 0.75,
      macroF1: 0.7,
      baseline: { name: 'decision-tree', accuracy: 0.5, isModel: false },
    };
    assert.deepEqual(runs[0]?.score, score);
  });

  it('call a model that is a simple rule the best one only if no other rule is better', () => {
    const bestOf = (json: object, family: string | null) => runScore(JSON.stringify(json), family)?.baseline;
    const tree = { name: 'decision-tree', accuracy: 0.75, isModel: true };
    assert.deepEqual(bestOf(SCORE, 'decision-tree'), tree);
    // Of a run that applied a model of another run.
    assert.deepEqual(bestOf({ ...SCORE, family: 'decision-tree' }, null), tree);
    assert.deepEqual(bestOf({ ...SCORE, accuracy: 0.3 }, 'majority'), {
      name: 'decision-tree',
      accuracy: 0.5,
      isModel: false,
    });
  });

  it('show one run: verdict, and trials ranked among those of the same budget', () => {
    const { stdout } = vqi('runs', 'show', 'one');
    assert.match(stdout, /Learnt from two sessions\.\nRight\.\nTrust it\./);
    assert.match(stdout, /│ 4 +│ failed .*│ extra-trees \(trees 4\) +│ too few rows +│/);
    const { trials } = json('runs', 'show', 'one') as {
      trials: { trial: number; budgetShare: number; rank: number | null; reason: string | null }[];
    };
    assert.deepEqual(
      trials.map(({ trial: number, budgetShare, rank, reason }) => [number, budgetShare, rank, reason]),
      [
        [2, 1, 1, null],
        [1, 1, 2, null],
        [4, 1, null, 'too few rows'],
        [3, 0.25, 1, null],
      ],
    );
    const unknown = vqi('runs', 'show', 'gone');
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /there is no run gone; known runs: /);
  });

  it('compare two runs on the sessions that both were evaluated on', () => {
    const { settings, common } = json('runs', 'compare', 'one', 'other') as {
      settings: { name: string; values: string[] }[];
      common: { windows: number; sessions: number; lead: { accuracy: { value: number; interval: object } } };
    };
    assert.deepEqual(settings, [{ name: 'seed', values: ['1', '2'] }]);
    assert.deepEqual([common.windows, common.sessions], [4, 2]);
    // The other run is wrong in all windows of one session: of two draws, none to two are of it.
    assert.deepEqual(common.lead.accuracy, { value: 0.5, interval: { low: 0, high: 1 } });
    assert.match(
      vqi('runs', 'compare', 'one', 'other').stdout,
      /accuracy \+0\.500 \(95 % 0\.000 to \+1\.000\)/,
    );
  });

  it('compare two runs without a row for each range of the search', () => {
    const { stdout } = vqi('runs', 'compare', 'one', 'ranges');
    assert.match(stdout, /│ search\.ranges \(4 differ: --json lists them\) │ none given │ 4 given │/);
    assert.match(stdout, /│ search\.trials +│ none +│ 3 +│/);
    const { settings } = json('runs', 'compare', 'one', 'ranges') as { settings: unknown[] };
    assert.equal(settings.length, 5);
  });

  it('refuse a query that names a file, or a run that is not there', () => {
    const file = join(home, 'out.csv');
    for (const sql of [
      `copy (select 1) to '${file}'`,
      `from read_text('${join(projectRoot(), 'package.json')}')`,
      `export database '${home}/all'`,
    ]) {
      const { status, stderr } = vqi('query', sql);
      assert.equal(status, 1, sql);
      assert.match(stderr, /^a query reads the tables of the warehouse, and no files: /);
    }
    assert.match(vqi('query', 'set enable_external_access = true').stderr, /configuration has been locked/);
    assert.deepEqual(readdirSync(home), ['warehouse.duckdb']);
    const typo = vqi('query', 'select 1', '--run', 'typo');
    assert.equal(typo.status, 1);
    assert.match(typo.stderr, /^there is no run typo; known runs: .*one/);
  });

  it('print the rows of a query, and change nothing', () => {
    // By RFC 4180.
    const csv = vqi('query', `select 1 as one, 'a,"b' as "t,wo", null as three, [1, 2] as four`, '--csv');
    assert.equal(csv.stdout, 'one,"t,wo",three,four\n1,"a,""b",,"[1,2]"\n');
    assert.equal(vqi('query', 'from range(300)', '--csv').stdout.split('\n').length, 302);
    const { stdout } = vqi('query', 'select 1 as one, [1, 2] as two, null as three');
    assert.match(stdout, /│ one │ two +│ three │[^]*│ 1 +│ \[.*1.*2.*\] │ +│/);
    const rows = vqi(
      'query',
      'select session_id, count(*) as windows from predictions group by all order by all',
      '--run',
      'one',
      '--json',
    );
    assert.deepEqual(JSON.parse(rows.stdout), [
      { session_id: 'a', windows: '2' },
      { session_id: 'b', windows: '2' },
    ]);
    assert.deepEqual(json('query', 'select 1 as one where false'), []);
    const many = vqi('query', 'select range as at from range(300)');
    assert.match(many.stderr, /only the first 200 rows/);
    const drop = vqi('query', 'drop table main.runs');
    assert.equal(drop.status, 1);
    assert.match(drop.stderr, /read-only/);
  });

  it('end well if their reader has enough of the answer, and badly if it cannot be written', () => {
    const many = `'${process.execPath}' '${join(projectRoot(), 'dist', 'cli', 'main.js')}' query --json 'from range(200000)'`;
    const inShell = (line: string): { status: number | null; stdout: string; stderr: string } =>
      spawnSync('bash', ['-o', 'pipefail', '-c', line], {
        env: { ...process.env, VQI_HOME: home },
        encoding: 'utf8',
      });
    const read = inShell(`${many} | head -n 2`);
    assert.deepEqual([read.status, read.stdout, read.stderr], [0, '[\n{"range":"0"},\n', '']);
    if (!existsSync('/dev/full')) return;
    const { status, stderr } = inShell(`${many} > /dev/full`);
    assert.equal(status, 1);
    assert.match(stderr, /^the answer could not be written: ENOSPC/);
  });

  it('say what to do without a warehouse', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(projectRoot(), 'dist', 'cli', 'main.js'), 'runs'],
      {
        env: { ...process.env, VQI_HOME: join(home, 'nothing') },
        encoding: 'utf8',
      },
    );
    assert.equal(status, 1);
    assert.match(stderr, /warehouse\.duckdb: no such file; set VQI_HOME/);
  });

  it('say how many captures a completed run left out, and name one', async () => {
    await withWarehouse(join(home, 'warehouse.duckdb'), async (warehouse) => {
      await warehouse.useRun('other');
      await loadSkippedCaptures(
        warehouse,
        ['b', 'a'].map((name) => ({
          ...{ sessionId: name, captureName: `/data/${name}.pcap`, reason: 'neither pcap nor pcapng' },
        })),
      );
      await completeRun(warehouse, 'other');
    });
    assert.match(vqi('runs').stdout, /other .* completed, 2 left out /);
    const { stdout } = vqi('runs', 'show', 'other');
    assert.match(
      stdout,
      /left out +│ 2 captures that cannot be read +│\n│ +│ \/data\/a\.pcap: neither pcap nor pcapng +│/,
    );
    const [, sql] = /vqi query "(.*)" /.exec(stdout) ?? [];
    const rows = json('query', sql!) as { capture_name: string }[];
    assert.deepEqual(rows.map((row) => row.capture_name).sort(), ['/data/a.pcap', '/data/b.pcap']);
    const { skippedTotal } = json('runs', 'show', 'one') as { skippedTotal: number };
    assert.equal(skippedTotal, 0);
    assert.doesNotMatch(vqi('runs', 'show', 'one').stdout, /left out/);
  });
});
