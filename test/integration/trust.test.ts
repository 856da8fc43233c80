import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { rootCause } from '../../cli/root-cause.js';
import { projectRoot } from '../../common/project-root.js';
import type { TemporalServer } from '../../server/connect.js';
import { testClient, testServer, WorkerProcess } from './worker-process.js';

const SECRET = 'hunter2';
const CAPTURE = join(projectRoot(), 'test', 'golden', 'flow-features', 'flows.pcap');

/** Every promise of SECURITY.md about a worker, tried by somebody who reaches its Temporal server. */
describe('a worker whose server somebody else reaches', { timeout: 180_000 }, () => {
  let folder = '';
  let server: TemporalServer;
  let client: Client;
  let close: () => Promise<void>;
  let worker: WorkerProcess;
  let runs = 0;
  const at = (...names: string[]): string => join(folder, ...names);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-trust-'));
    for (const name of ['roots', 'outside', 'home']) mkdirSync(at(name));
    writeFileSync(at('outside', 'passwords'), `${SECRET},x,y\n1,2,3\n`);
    writeFileSync(at('outside', 'rules.json'), `${SECRET}\n`);
    copyFileSync(CAPTURE, at('roots', 'good.pcap'));
    symlinkSync(at('outside', 'passwords'), at('roots', 'link.csv'));
    symlinkSync(at('outside'), at('roots', 'sub'));
    server = await testServer(at('temporal'));
    ({ client, close } = await testClient(server));
    worker = await WorkerProcess.start(at('home'), server.address, { VQI_INPUT_ROOTS: at('roots') });
  });
  after(async () => {
    await worker.stop();
    await close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Why a workflow with this input fails. */
  const failure = async (type: string, input: unknown): Promise<string> =>
    await client.workflow
      .execute(type, { taskQueue: 'vqi', workflowId: `attack-${(runs += 1)}`, args: [input] })
      .then(
        (result) => assert.fail(`${type} ${JSON.stringify(input)} gave ${JSON.stringify(result)}`),
        (error: unknown) => rootCause(error),
      );

  it('reads nothing outside its roots, whichever workflow names it, also through links', async () => {
    const outside = at('outside', 'passwords');
    const dataset = (path: string): object => ({ source: { kind: 'dataset', path } });
    const captures = (directory: string): object => ({ source: { kind: 'captures', directory } });
    writeFileSync(at('roots', 'sessions.csv'), `session_id,capture,resolution\na,${outside},480\n`);
    mkdirSync(at('roots', 'logs'));
    writeFileSync(at('roots', 'logs', 'a.pcap'), '');
    writeFileSync(
      at('roots', 'logs', 'sessions.csv'),
      'session_id,capture,player_log\na,a.pcap,../sub/passwords\n',
    );
    mkdirSync(at('roots', 'lists'));
    symlinkSync(outside, at('roots', 'lists', 'sessions.csv'));
    mkdirSync(at('roots', 'buckets'));
    writeFileSync(
      at('roots', 'buckets', 'sessions.csv'),
      'session_id,capture,resolution\na,s3://bucket/a.pcap,480\n',
    );
    const attacks: [type: string, input: unknown][] = [
      ['ingestDataset', { path: outside }],
      ['ingestDataset', { path: at('roots', 'link.csv') }],
      ['ingestDataset', { path: at('roots', '..', 'outside', 'passwords') }],
      ['ingestDataset', { path: at('roots', 'sub', 'passwords') }],
      ['ingestDataset', { path: at('outside', 'gone') }],
      ['ingestDataset', { path: 's3://bucket/x.csv' }],
      ['ingestCapture', { path: outside }],
      ['ingestCapture', { path: 's3://bucket/x.pcap' }],
      ['analyseCapture', { capture: 's3://bucket' }],
      ['analyseCapture', { capture: at('outside') }],
      ['analyseCapture', { capture: at('roots', 'sub') }],
      ['analyseCapture', { capture: at('roots'), service: { rules: at('outside', 'rules.json') } }],
      ['flowFeatures', { capture: at('outside') }],
      ['videoQualityPipeline', dataset(outside)],
      ['videoQualityPipeline', captures(at('outside'))],
      ['videoQualityPipeline', captures(at('roots'))],
      ['videoQualityPipeline', captures(at('roots', 'logs'))],
      ['videoQualityPipeline', captures(at('roots', 'lists'))],
      ['videoQualityPipeline', captures(at('roots', 'buckets'))],
      ['crossEvaluate', captures(at('outside'))],
      ['inferSession', { capture: at('outside') }],
      ['evaluateModel', { directory: at('outside') }],
    ];
    for (const [type, input] of attacks) {
      const reason = await failure(type, input);
      assert.match(
        reason,
        /is not in a folder that this worker reads \(.*VQI_INPUT_ROOTS/,
        JSON.stringify(input),
      );
      assert.ok(!reason.includes(SECRET), reason);
    }
  });

  it('quotes nothing of files in its roots that are not of the expected form', async () => {
    const file = (name: string, text: string): string => {
      writeFileSync(at('roots', name), text);
      return at('roots', name);
    };
    const attacks: [type: string, input: unknown][] = [
      ['ingestDataset', { path: file('one', `${SECRET}:$6$:19000:0\n`) }],
      ['ingestDataset', { path: file('two.env', `KEY=${SECRET},b\n1,2\n`) }],
      ['ingestDataset', { path: file('a.csv', `a,b\n1,2\n${SECRET},2,3\n`) }],
      ['ingestDataset', { path: file('a.json', `{"a": ${SECRET}}\n`) }],
      ['ingestDataset', { path: file('a.pkl', `I${SECRET}\n.`) }],
      ['ingestDataset', { path: file('b.pkl', `c${SECRET} is mine\nx\n.`) }],
      ['ingestCapture', { path: at('roots', 'one') }],
      ['evaluateModel', { directory: at('roots'), sessionsFile: 'one' }],
      ['videoQualityPipeline', { source: { kind: 'captures', directory: at('roots'), sessionsFile: 'one' } }],
      [
        'analyseCapture',
        { capture: at('roots', 'good.pcap'), service: { rules: file('rules.json', SECRET) } },
      ],
    ];
    for (const [type, input] of attacks) {
      const reason = await failure(type, input);
      assert.ok(!reason.includes(SECRET), reason);
    }
  });

  it('writes and removes nothing outside its home, also when its activities are called directly', async () => {
    assert.match(
      await failure('flowFeatures', { capture: at('roots'), out: at('outside', 'made') }),
      /is not in the folder that this worker writes to/,
    );
    // A folder that a command has named, in which a file would be written through a link.
    mkdirSync(at('named'));
    symlinkSync(at('outside', 'made'), at('named', 'flow_features.parquet.part'));
    appendFileSync(
      at('home', 'named-paths.jsonl'),
      `${JSON.stringify({ kind: 'output', path: at('named') })}\n`,
    );
    assert.match(
      await failure('flowFeatures', { capture: at('roots', 'good.pcap'), out: at('named') }),
      /flow_features\.parquet\.part \(a link to \S+\) is not in the folder that this worker writes to/,
    );
    const connection = await NativeConnection.connect({ address: server.address });
    const attacker = await Worker.create({
      connection,
      taskQueue: 'attacker',
      workflowsPath: fileURLToPath(new URL('attacker-workflow.js', import.meta.url)),
    });
    try {
      await attacker.runUntil(async () => {
        const call = async (taskQueue: string, name: string, input: unknown): Promise<string> =>
          await client.workflow
            .execute('callActivity', {
              taskQueue: 'attacker',
              workflowId: `attack-${(runs += 1)}`,
              args: [taskQueue, name, input],
            })
            .then(
              (result) => assert.fail(`${name} gave ${JSON.stringify(result)}`),
              (error: unknown) => rootCause(error),
            );
        const file = { path: at('roots', 'a.csv'), bytes: 1, modifiedUs: 1 };
        const decoded = { file, captureId: '1', decoder: 'x', packets: 1 };
        for (const path of [at('outside'), at('home'), at('home', 'decoded', '..', '..', 'outside')])
          assert.match(
            await call('vqi-warehouse', 'loadCapture', { decoded: { ...decoded, folder: path } }),
            /is not a (file of the home folder|folder of a decoded capture)/,
          );
        assert.match(
          await call('vqi', 'chooseTrial', {
            trials: [
              { trial: 1, family: 'svm', share: 1, macroF1: 1, foldsPath: at('outside', 'rules.json') },
            ],
            ...{ families: ['svm'], standardErrors: 1, rankedOn: 'session', seed: 1 },
          }),
          /is not a file of the home folder/,
        );
        const data = { path: at('outside', 'rules.json'), sha256: '', bytes: 1, rows: null };
        assert.match(
          await call('vqi', 'writeReport', { runId: 'x', data }),
          /is not in a folder that this worker reads/,
        );
        assert.match(
          await call('vqi-warehouse', 'buildFlowFeatures', {
            ...{ runId: 'x', sources: [] },
            config: { capture: at('roots'), kinds: ['IAT'], out: at('outside') },
          }),
          /is not in the folder that this worker writes to/,
        );
      });
    } finally {
      await connection.close();
    }
    assert.deepEqual(readdirSync(at('outside')).sort(), ['passwords', 'rules.json']);
  });

  it('reads what a command of its user names, and writes where it names, with files for their owner only', () => {
    copyFileSync(CAPTURE, at('outside', 'named.pcap'));
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        join(projectRoot(), 'dist', 'cli', 'main.js'),
        'flow-features',
        at('outside', 'named.pcap'),
        '--out',
        at('outside', 'out'),
        '--run-id',
        'named',
      ],
      {
        env: { ...process.env, VQI_HOME: at('home'), TEMPORAL_ADDRESS: server.address },
        encoding: 'utf8',
      },
    );
    assert.equal(status, 0, stderr);
    assert.match(stderr, /using the worker that is already running/);
    assert.ok(existsSync(at('outside', 'out', 'flow_features.parquet')));
    for (const name of ['', ...readdirSync(at('outside', 'out'))])
      assert.equal(statSync(at('outside', 'out', name)).mode & 0o077, 0, name);
  });
});
