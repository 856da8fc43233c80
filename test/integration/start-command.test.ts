import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { projectRoot } from '../../common/project-root.js';
import type { TemporalServer } from '../../server/connect.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { writeSmallDataset } from './small-dataset.js';
import { testClient, testServer, until, WorkerProcess } from './worker-process.js';

describe('vqi start', { timeout: 400_000 }, () => {
  it('says that it waits for the warehouse, and why it chose a trial without the highest score', async () => {
    const search = {
      trials: 0,
      settings: [
        { family: 'extra-trees', trees: 20 },
        { family: 'random-forest', trees: 50 },
      ],
      families: ['extra-trees', 'random-forest'],
      standardErrors: 3,
    };
    await withFolder(search, async (folder, server) => {
      mkdirSync(join(folder, 'home'));
      const inUse = await DuckDBInstance.create(join(folder, 'home', 'warehouse.duckdb'));
      const command = new StartCommand(folder, server, ['--json']);
      try {
        await until(
          () => command.stderr.includes('is open in another program: waiting until it is closed'),
          60_000,
          'it says what it waits for',
        );
      } finally {
        inUse.closeSync();
      }
      assert.equal(await command.exitCode(), 0, command.stderr);
      const warnings = command.stderr.match(
        /^warning: trial 1 \(extra-trees, .*\) was chosen over trial 2 \(random-forest, /gm,
      );
      assert.equal(warnings?.length, 1, command.stderr);
      const { bestTrial, family } = JSON.parse(command.stdout) as { bestTrial: number; family: string };
      assert.deepEqual([bestTrial, family], [1, 'extra-trees']);
      assert.doesNotMatch(command.stderr, /MaxListeners/);
    });
  });

  it("continues when another command's worker ends, and after Ctrl-C under the same run id", async () => {
    // A failed trial keeps the search open until it is cancelled, so the test does not depend on its speed.
    const search = {
      trials: 1,
      settings: [{ family: 'ml-svm', C: 100, sigma: 0.1, maxIterations: 1, rowCap: 400 }],
      families: ['extra-trees'],
      holdForRetrySeconds: 600,
    };
    await withFolder(search, async (folder, server) => {
      const worker = await WorkerProcess.start(join(folder, 'home'), server.address);
      const first = new StartCommand(folder, server, ['--run-id', 'held']);
      try {
        await until(() => /searching: .*, 1 failed/.test(first.stderr), 60_000, 'the search is held open');
        assert.match(first.stderr, /using the worker that is already running/);
      } finally {
        await worker.stop();
      }
      await until(() => first.stderr.includes('run held continues where it stopped'), 60_000, 'it continues');
      assert.match(first.stderr, /the command that ran the server and the worker has ended/);
      first.interrupt();
      assert.equal(await first.exitCode(), 130, first.stderr);
      assert.match(
        first.stderr,
        /\nrun held is stopped, not ended; to continue it, use the same command with --run-id held\n$/,
      );

      const different = new StartCommand(folder, server, ['--run-id', 'held', '--seed', '9']);
      assert.equal(await different.exitCode(), 1, different.stderr);
      assert.match(
        different.stderr,
        /run held is already running, started with another command or configuration: .*workflow cancel/,
      );

      const again = new StartCommand(folder, server, ['--run-id', 'held']);
      await until(() => again.stderr.includes('run held continues where it stopped'), 60_000, 'it is found');
      const { client, close } = await testClient(server);
      await client.workflow.getHandle('held').cancel();
      await close();
      assert.equal(await again.exitCode(), 1, again.stderr);
      assert.match(again.stderr, /run held failed: .*cancell?ed/);

      const restarted = new StartCommand(folder, server, ['--run-id', 'held']);
      await until(() => restarted.stderr.includes('run held starts again'), 60_000, 'it starts again');
      assert.match(
        restarted.stderr,
        /run held starts again: the previous one ended at \d{4}-.*Z \(cancell?ed\)/,
      );
      restarted.interrupt();
      assert.equal(await restarted.exitCode(), 130, restarted.stderr);
    });
  });

  it('keeps a finished run, also if the run that is to replace it fails, and replaces it with --replace', async () => {
    const search = { folds: 2, trials: 1, families: ['extra-trees'] };
    await withFolder(search, async (folder, server) => {
      const ended = async (...options: string[]): Promise<StartCommand> => {
        const command = new StartCommand(folder, server, ['--run-id', 'Done/1', ...options]);
        await command.exitCode();
        return command;
      };
      const first = await ended();
      assert.match(first.stdout, /current model[^]*: the first model/, first.stderr);
      const [name] = readdirSync(join(folder, 'home', 'runs'));
      assert.match(name ?? '', /^Done_1~[0-9a-f]{12}$/);
      const contents = (): string[] =>
        readdirSync(join(folder, 'home', 'runs', name!))
          .sort()
          .map((file) => `${file} ${statSync(join(folder, 'home', 'runs', name!, file)).ino}`);
      const before = contents();
      assert.ok(before.some((line) => line.startsWith('report.html ')));

      const refused = await ended();
      assert.match(
        refused.stderr,
        /run Done\/1 ended at \d{4}-.* \(completed\), and its results are kept: choose another --run-id, or replace them with --replace\n/,
      );
      const failed = await ended('--replace', '--timeline', 'nobody');
      assert.match(failed.stderr, /run Done\/1 failed: timeline\.sessions names unknown sessions: nobody/);
      assert.deepEqual(contents(), before);
      assert.deepEqual(readdirSync(join(folder, 'home', 'runs')), [name]);
      const reasons = (): Promise<unknown> =>
        withWarehouse(join(folder, 'home', 'warehouse.duckdb'), (warehouse) =>
          warehouse.rows('select state, reason from main.runs'),
        );
      const reason =
        'its replacement failed: timeline.sessions names unknown sessions: nobody; this run has ';
      const [kept, ...others] = (await reasons()) as { state: string; reason: string }[];
      assert.deepEqual([kept?.state, kept?.reason.slice(0, reason.length)], ['completed', reason]);
      assert.deepEqual(others, []);

      const replaced = await ended('--replace', '--seed', '9');
      assert.match(
        replaced.stdout,
        /current model[^]*its run replaces the run of the current model/,
        replaced.stderr,
      );
      assert.deepEqual(readdirSync(join(folder, 'home', 'runs')), [name]);
      assert.notDeepEqual(contents(), before);
      const seeds = await withWarehouse(join(folder, 'home', 'warehouse.duckdb'), (warehouse) =>
        warehouse.rows(
          "select run_id, state, config->>'seed' as seed, is_current from main.runs join main.models using (run_id)",
        ),
      );
      assert.deepEqual(await reasons(), [{ state: 'completed', reason: null }]);
      assert.deepEqual(seeds, [{ run_id: 'Done/1', state: 'completed', seed: '9', is_current: true }]);
    });
  });
});

describe('vqi start on a table of other names', { timeout: 200_000 }, () => {
  it('learns from it by the named columns, and says which columns are left out, and why', async () => {
    await withFolder({ trials: 1, folds: 2, families: ['extra-trees'] }, async (folder, server) => {
      const path = join(folder, 'dataset.csv');
      const [header = '', ...rows] = readFileSync(path, 'utf8').trim().split('\n');
      const more = rows.map((row, at) => {
        const session = Number(/^s(\d+)/.exec(row)?.[1]);
        return `${row},${1000 - (at % 20)},place${session % 6},fixed,${row.split(',')[2]},${row.split(',')[1]}`;
      });
      const names = header.replace('session_id,resolution', 'play,lines');
      writeFileSync(path, [`${names},second,where,device,f0 again,bitrate`, ...more, ''].join('\n'));
      const command = new StartCommand(folder, server, [
        ...['--run-id', 'named', '--label-column', 'lines', '--session-column', 'play'],
        ...['--time-column', 'second', '--group-column', 'site=where', '--split-by', 'site'],
      ]);
      assert.equal(await command.exitCode(), 0, command.stderr);
      for (const line of [
        /columns left out +│ 5; each one with its reason: the report, and the table cleaning_log +│/,
        / 2 identifying: second, where \(names a session, a home, a title or a moment\) /,
        / 1 not numeric: device \(type VARCHAR is no number\) /,
        / 1 duplicate: f0 again \(the same values as f0\) /,
        / 1 label side: bitrate \(only the player knows it, or it follows from the label\) /,
      ])
        assert.match(command.stdout, line);
      const [found] = await withWarehouse(join(folder, 'home', 'warehouse.duckdb'), (warehouse) =>
        warehouse.rows(`select
          (select list(role || ' ' || column_name || ' ' || origin order by role) from dataset_columns) as roles,
          (select list(distinct split_group order by split_group) from splits) as groups,
          (select list(f0 order by window_index)::varchar from dataset_raw where session_id = 's0') as ordered`),
      );
      assert.deepEqual(found?.['roles'], [
        'group where source.groupColumns.site',
        'label lines source.labelColumn',
        'session play source.sessionColumn',
        'site where source.groupColumns.site',
        'time second source.timeColumn',
      ]);
      assert.deepEqual(
        found['groups'],
        Array.from({ length: 6 }, (_, at) => `place${at}`),
      );
      const backwards = rows.filter((row) => row.startsWith('s0,')).map((row) => Number(row.split(',')[2]));
      assert.deepEqual(JSON.parse(String(found['ordered'])), backwards.reverse());
    });
  });
});

async function withFolder(
  search: object,
  test: (folder: string, server: TemporalServer) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-start-'));
  const server = await testServer(join(folder, 'temporal'));
  try {
    writeSmallDataset(join(folder, 'dataset.csv'));
    writeFileSync(
      join(folder, 'run.json'),
      JSON.stringify({ source: { kind: 'dataset', path: join(folder, 'dataset.csv') }, search }),
    );
    await test(folder, server);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `vqi start` in a separate process, on the folder's run.json. */
class StartCommand {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(folder: string, server: TemporalServer, options: readonly string[]) {
    const main = join(projectRoot(), 'dist', 'cli', 'main.js');
    const child = spawn(
      process.execPath,
      [main, 'start', '--config', join(folder, 'run.json'), '--exit', ...options],
      {
        env: {
          ...process.env,
          VQI_HOME: join(folder, 'home'),
          TEMPORAL_ADDRESS: server.address,
          VQI_THREADS: '1',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#child = child;
    this.#closed = once(child, 'close');
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  async exitCode(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }
}
