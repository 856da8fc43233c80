import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { WorkflowHandle } from '@temporalio/client';
import { projectRoot } from '../../common/project-root.js';
import { analyseCapture, type CaptureAnalysis } from '../../library/index.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { failureOf, PipelineFixture } from '../integration/pipeline-fixture.js';
import { NO_S3_SERVER, S3Server } from '../s3-server.js';

describe('captures in a bucket', { skip: NO_S3_SERVER, timeout: 600_000 }, () => {
  let fixture: PipelineFixture;
  let server: S3Server;
  const home = (...names: string[]): string => join(fixture.folder, ...names);
  const model = (name: string): Buffer => readFileSync(join(home(name), 'runs', 'run', 'model.json'));
  const run = async (directory: string): Promise<WorkflowHandle> =>
    await fixture.start(
      'run',
      { ...fixture.config({ trials: 1 }), source: { kind: 'captures', directory } },
      'videoQualityPipeline',
      { replace: true },
    );
  /** Tables of the run, with `DATA` for the place of the captures. */
  const tablesOf = async (name: string, directory: string): Promise<unknown> => {
    const tables = await withWarehouse(fixture.warehouse(name), async (warehouse) => ({
      files: await warehouse.rows('select path, bytes, capture_id from main.capture_files order by path'),
      captures: await warehouse.rows('from main.captures order by capture_id'),
      sources: await warehouse.rows('from main.run_sources order by session_id'),
      logs: await warehouse.rows('from "run run".player_logs order by session_label'),
      timeline: await warehouse.rows('from "run run".resolution_timeline order by all'),
      runs: await warehouse.rows('select simulated from main.runs'),
    }));
    const text = JSON.stringify(tables, (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    return JSON.parse(text.replaceAll(`${directory}/`, 'DATA/'));
  };
  /** Captures that a run read, not only knew. */
  const readBy = async (handle: WorkflowHandle): Promise<number> => {
    await handle.result();
    const history = await handle.fetchHistory();
    const children = (history.events ?? []).flatMap(
      ({ startChildWorkflowExecutionInitiatedEventAttributes: child }) => child?.workflowType?.name ?? [],
    );
    return children.filter((type) => type === 'ingestCapture').length;
  };
  const vqi = async (
    name: string,
    ...args: string[]
  ): Promise<{ code: number | null; out: string; log: string }> => {
    const child = spawn(process.execPath, [join(projectRoot(), 'dist', 'cli', 'main.js'), ...args], {
      cwd: fixture.folder,
      env: { ...process.env, ...server.env, VQI_HOME: home(name), TEMPORAL_ADDRESS: fixture.address },
    });
    const [out, log] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { code: child.exitCode, out, log };
  };

  before(async () => {
    fixture = await PipelineFixture.open();
    server = await S3Server.start(join(fixture.folder, 's3'));
    await fixture.simulate({ sessions: 15 });
    labelSomeByTheirLogs(fixture.data);
    const [first = '', second = ''] = readdirSync(fixture.data).filter((name) => name.endsWith('.pcap'));
    writeFileSync(join(fixture.data, first), gzipSync(readFileSync(join(fixture.data, first))));
    cpSync(fixture.data, server.at('captures', 'labelled'), { recursive: true });
    for (const folder of [home('ring'), server.at('captures', 'ring')]) {
      mkdirSync(folder);
      for (const [index, name] of [first, second].entries())
        copyFileSync(join(fixture.data, name), join(folder, `ring_0000${index + 1}_20260101000000.pcap`));
      writeFileSync(join(folder, 'cut.pcap'), 'no capture');
      writeFileSync(join(folder, 'notes.txt'), 'notes');
      mkdirSync(join(folder, '.hidden'));
      for (const hidden of ['.hidden.pcap', '.hidden/x.pcap']) writeFileSync(join(folder, hidden), 'hidden');
    }
    mkdirSync(server.at('secret'));
    copyFileSync(join(fixture.data, second), server.at('secret', 'x.pcap'));
  });
  after(async () => {
    await fixture.close();
    await server.stop();
  });

  it('give the model and the tables of a folder, also where the worker that decodes sees no folder', async (t) => {
    const local = await fixture.startWorker('local');
    await (await run(fixture.data)).result();
    await local.stop();
    const tables = await tablesOf('local', fixture.data);
    assert.match(JSON.stringify(tables), /DATA\/sim-0240-\S+pcap/);

    const worker = await fixture.startWorker('bucket', { ...server.env, VQI_INPUT_ROOTS: 's3://captures' });
    t.after(() => worker.stop());
    assert.ok((await readBy(await run('s3://captures/labelled/'))) > 5);
    assert.deepEqual(model('bucket'), model('local'));
    assert.deepEqual(await tablesOf('bucket', 's3://captures/labelled'), tables);
    assert.deepEqual(readdirSync(join(home('bucket'), 'decoded')), []);
    // Those without a label are new, then only what was changed is read.
    const analyse = async (id: string): Promise<WorkflowHandle> =>
      await fixture.start(id, { capture: 's3://captures/labelled' }, 'analyseCapture');
    assert.equal(await readBy(await analyse('all')), 6);
    assert.equal(await readBy(await analyse('unchanged')), 0);
    const [name = ''] = readdirSync(fixture.data).filter((each) => each.endsWith('.pcap'));
    utimesSync(server.at('captures', 'labelled', name), 1_700_000_000, 1_700_000_000);
    assert.equal(await readBy(await analyse('changed')), 1);
    await (
      await fixture.start('evaluated', { directory: 's3://captures/labelled' }, 'evaluateModel')
    ).result();
    await worker.stop();

    const store = { ...server.env, VQI_STORE: home('store') };
    const owner = await fixture.startWorker('owner', { ...store, VQI_INPUT_ROOTS: 's3://captures' }, [
      '--role',
      'warehouse',
    ]);
    const computer = await fixture.startWorker('computer', { ...store, VQI_INPUT_ROOTS: home('computer') }, [
      '--role',
      'compute',
    ]);
    await (await run('s3://captures/labelled')).result();
    assert.deepEqual(model('owner'), model('local'));
    assert.deepEqual(await tablesOf('owner', 's3://captures/labelled'), tables);
    assert.deepEqual(readdirSync(join(home('owner'), 'decoded')), []);
    assert.deepEqual(readdirSync(join(home('computer'), 'decoded')), []);
    const sent = readdirSync(home('store', 'inputs'));
    assert.ok(sent.length > 5);
    assert.deepEqual(
      sent.filter((name) => !name.endsWith('-planned.json')),
      [],
      'no capture is sent to the store',
    );
    await Promise.all([computer.stop(), owner.stop()]);
  });

  it('are read by commands as those of a folder are, without a setting', async () => {
    const answers = async (place: string): Promise<unknown> => {
      const { code, out, log } = await vqi(
        'commands',
        'analyse',
        place,
        '--json',
        '--run-id',
        'ring',
        '--replace',
      );
      assert.equal(code, 2, log);
      assert.match(
        log,
        /2 files are read as 1 capture, .*: for example ring_00001_20260101000000\.pcap to ring_00002/,
      );
      assert.match(log, /1 of 4 files in \S+ is no capture, such as notes\.txt/);
      assert.match(log, /cut\.pcap: .*unknown magic/);
      const { serviceWindows, sessionCount, segments, shares } = JSON.parse(out) as Record<string, unknown>;
      return { serviceWindows, sessionCount, segments, shares };
    };
    assert.deepEqual(await answers('s3://captures/ring/'), await answers(home('ring')));
  });

  it('are read by the library too', async (t) => {
    const earlier = { ...process.env };
    Object.assign(process.env, server.env);
    t.after(() => (process.env = earlier));
    const answer = async (place: string): Promise<unknown> => {
      const { sessions, windows, shares, skipped } = JSON.parse(
        JSON.stringify(await analyseCapture(place)).replaceAll(place, ''),
      ) as CaptureAnalysis;
      assert.ok(windows.length > 0);
      return {
        sessions,
        windows,
        shares,
        skipped: skipped.map(({ sessionId, reason }) => [sessionId, reason]),
      };
    };
    assert.deepEqual(await answer('s3://captures/ring'), await answer(home('ring')));
  });

  it('that are not there are one error with the next step, before anything is started', async () => {
    const failures: [args: string[], message: RegExp][] = [
      [
        ['analyse', 's3://captures/day'],
        /^s3:\/\/captures\/day: no such object, and none below it: correct the bucket or the prefix\nnothing was started/m,
      ],
      [
        ['start', '--data', 's3://captures/nowhere'],
        /^s3:\/\/captures\/nowhere: no such object, and none below it: /m,
      ],
      [
        ['start', '--data', 's3://captures/ring'],
        /^s3:\/\/captures\/ring\/sessions\.csv: no such file; it must list the captures/m,
      ],
      [
        ['evaluate', 's3://captures/day'],
        /^s3:\/\/captures\/day: there is no object below it; it must contain captures and sessions\.csv\nnothing/m,
      ],
      [
        ['analyse', 's3://secret/x.pcap', '--join', 'all'],
        /^join: all joins files of a folder, and s3:\/\/secret\/x\.pcap is one file: name the folder, /m,
      ],
      [['start', '--dataset', 's3://captures/none.csv'], /^s3:\/\/captures\/none\.csv: no such object, /m],
      [
        ['analyse', 's3://nowhere/x'],
        /^s3:\/\/nowhere at \S+ could not list x\/: NoSuchBucket: .*see docs\/cluster\.md for its settings\nnothing/m,
      ],
      [
        ['flow-features', 's3://captures/ring', '--out', 's3://captures/out'],
        /^s3:\/\/captures\/out is in a bucket; here, this command reads or writes files of this machine: /m,
      ],
      [
        ['splice', '--data', 's3://captures/labelled', '--out', 'out'],
        /^s3:\/\/captures\/labelled is in a bucket; /m,
      ],
    ];
    for (const [args, message] of failures) {
      const { code, log } = await vqi('none', ...args);
      assert.equal(code, 1, args.join(' '));
      assert.match(log, message);
    }
    assert.ok(!existsSync(home('none')));
  });

  it('are confined to the roots, and a dataset is read from there too', async () => {
    const worker = await fixture.startWorker('confined', {
      ...server.env,
      VQI_INPUT_ROOTS: 's3://captures/labelled',
    });
    for (const [index, capture] of [
      's3://secret/x.pcap',
      's3://captures',
      's3://captures/labelled/../ring',
      's3://captures/labelled2',
    ].entries())
      assert.match(
        await failureOf(await fixture.start(`refused-${index}`, { capture }, 'analyseCapture')),
        /^s3:\S+ is not in a folder that this worker reads \(s3:\/\/captures\/labelled, /,
      );
    assert.match(
      await failureOf(
        await fixture.start(
          'out',
          { capture: 's3://captures/labelled', kinds: ['IAT'], out: 's3://captures/labelled/out' },
          'flowFeatures',
        ),
      ),
      /s3:\/\/captures\/labelled\/out: results are written to folders, not to buckets; name a folder/,
    );
    const rows = ['session_id,resolution,bytes'];
    for (let row = 0; row < 400; row++) rows.push(`s${row % 40},${[240, 480][row % 2]},${row}`);
    writeFileSync(server.at('captures', 'labelled', 'windows.csv.gz'), gzipSync(`${rows.join('\n')}\n`));
    const ingest = async (path: string): Promise<string> =>
      await fixture
        .start(`dataset-${path.length}`, { path, ladder: [240, 480] }, 'ingestDataset')
        .then(async (handle) => JSON.stringify(await handle.result()));
    assert.match(await ingest('s3://captures/labelled/windows.csv.gz'), /400/);
    await worker.stop();
  });
});

/** Takes the resolution of every third session away, and names its player log instead. */
function labelSomeByTheirLogs(directory: string): void {
  const path = join(directory, 'sessions.csv');
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const logged = lines.map((line, index) =>
    index % 3 === 0 ? line.replace(/,\d+$/, `,,${line.split(',')[0]}.player.csv`) : `${line},`,
  );
  writeFileSync(path, [`${header},player_log`, ...logged, ''].join('\n'));
}
