import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Client } from '@temporalio/client';
import proto = require('@temporalio/proto');
import { Worker } from '@temporalio/worker';
import { startCodecServer } from '../../cli/codec-server.js';
import { readEncryptionKeys } from '../../cli/encryption-keys.js';
import { rootCause } from '../../cli/root-cause.js';
import { writeSimulation } from '../../cli/write-simulation.js';
import { projectRoot } from '../../common/project-root.js';
import type { TemporalServer } from '../../server/connect.js';
import { dataConverterOf } from '../../worker/data-converter.js';
import { EncryptionKeys } from '../../worker/encryption-codec.js';
import { workflowBundle } from '../../worker/workflow-bundle.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { testClient, testServer, testTemporalCli, WorkerProcess } from './worker-process.js';

const run = promisify(execFile);

describe('encrypted runs', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-encryption-'));
  const directory = join(folder, 'what-was-watched');
  const home = join(folder, 'home');
  const line = (id: string): string => `${id}=${randomBytes(32).toString('base64')}\n`;
  const lines = { one: line('one'), two: line('two'), wrong: line('one') };
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const keysOf = (path: string): EncryptionKeys => readEncryptionKeys({ VQI_ENCRYPTION_KEYS: path });
  let server: TemporalServer;
  let worker: WorkerProcess;
  let capture: string;
  let first: string;
  let wrong: string;
  const closing: (() => Promise<void>)[] = [];

  const clientOf = async (keys: EncryptionKeys): Promise<Client> => {
    const { client, close } = await testClient(server, keys);
    closing.push(close);
    return client;
  };
  const analyse = async (client: Client, workflowId: string, path: string): Promise<unknown> =>
    await client.workflow.execute('analyseCapture', {
      ...{ taskQueue: 'vqi', workflowId, args: [{ capture: path }], staticSummary: path },
      memo: { asked: path },
    });
  /** What the server itself keeps of a run, as bytes. */
  const kept = async (client: Client, workflowId: string): Promise<Buffer> => {
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace: server.namespace,
      execution: { workflowId },
    });
    const described = await client.workflowService.describeWorkflowExecution({
      namespace: server.namespace,
      execution: { workflowId },
    });
    const { History } = proto.temporal.api.history.v1;
    const { DescribeWorkflowExecutionResponse } = proto.temporal.api.workflowservice.v1;
    assert.ok((history?.events?.length ?? 0) > 10);
    return Buffer.concat([
      History.encode(history!).finish(),
      DescribeWorkflowExecutionResponse.encode(described).finish(),
    ]);
  };

  before(async () => {
    first = file('first.keys', lines.one);
    wrong = file('wrong.keys', lines.wrong);
    await writeSimulation({ ...CONSTANT_SIMULATION, directory, sessions: 1, durationSeconds: 30 });
    capture = join(
      directory,
      readdirSync(directory).find((name) => name.endsWith('.pcap'))!,
    );
    server = await testServer(join(folder, 'temporal'));
    worker = await WorkerProcess.start(home, server.address, { VQI_ENCRYPTION_KEYS: first });
  });
  after(async () => {
    for (const close of closing) await close();
    await worker.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leave no folder, service, result or message of a failure on the server', async () => {
    const client = await clientOf(keysOf(first));
    const result = (await analyse(client, 'done', capture)) as { sessions: number };
    assert.equal(result.sessions, 1);
    const missing = join(directory, 'missing.pcap');
    const reason = await analyse(client, 'failed', missing).then(String, rootCause);
    assert.match(reason, /missing\.pcap: no such file or folder on the worker's machine$/);
    const children: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query: 'ParentWorkflowId = "done"' }))
      children.push(workflowId);
    assert.equal(children.length, 1);
    for (const id of ['done', 'failed', ...children]) {
      const bytes = await kept(client, id);
      assert.ok(bytes.includes('binary/encrypted'));
      for (const word of ['what-was-watched', 'no such file', 'netflix', '"sessions"'])
        assert.ok(!bytes.includes(word), `${id} has ${word}`);
      assert.equal(bytes.includes('Encoded failure'), id === 'failed');
    }
    // The same without keys shows that the search would find it.
    assert.match(JSON.stringify(result), /netflix/);
  });

  it('replay with the keys', async () => {
    const keys = keysOf(first);
    const dataConverter = dataConverterOf(keys);
    const client = await clientOf(keys);
    for (const id of ['done', 'failed'])
      await Worker.runReplayHistory(
        { workflowBundle: await workflowBundle(dataConverter), dataConverter },
        await client.workflow.getHandle(id).fetchHistory(),
        id,
      );
  });

  it('are read by the Temporal CLI through the codec server, and by nobody without it', async () => {
    const cli = await testTemporalCli();
    const codec = await startCodecServer({
      ...{ keys: keysOf(first), port: 0, origins: [], authorization: undefined },
    });
    const temporalCli = async (...args: string[]): Promise<string> => {
      const { stdout, stderr } = await run(cli, ['workflow', ...args, '--address', server.address]).catch(
        (error: unknown) => error as { stdout: string; stderr: string },
      );
      return stdout + stderr;
    };
    const result = ['result', '--workflow-id', 'done'];
    const query = ['query', '--workflow-id', 'done', '--type', 'progress'];
    const endpoint = ['--codec-endpoint', codec.address];
    try {
      assert.match(await temporalCli(...result, ...endpoint), /netflix/);
      assert.match(await temporalCli(...query, ...endpoint), /"stage":"done"/);
      // Its other commands show the failures as they are kept.
      const failed = ['show', '--workflow-id', 'failed', '--output', 'json'];
      const shown = [...(await temporalCli(...failed, ...endpoint)).matchAll(/"data": "([^"]+)"/g)];
      assert.ok(
        shown.some(([, data]) => /missing\.pcap: no such file/.test(Buffer.from(data!, 'base64').toString())),
      );
      assert.doesNotMatch(await temporalCli(...result), /netflix/);
      // An input that the CLI encrypts.
      const input = JSON.stringify({ capture });
      const start = ['execute', '--type', 'analyseCapture', '--task-queue', 'vqi', '--workflow-id', 'by-cli'];
      assert.match(await temporalCli(...start, '--input', input, ...endpoint), /netflix/);
      assert.ok(!(await kept(await clientOf(keysOf(first)), 'by-cli')).includes('what-was-watched'));
    } finally {
      await codec.stop();
    }
  });

  it('are refused in one clear error without the key, or with another of its name', async () => {
    for (const [keys, message] of [
      [
        new EncryptionKeys(),
        /^this run is encrypted with the key one: set VQI_ENCRYPTION_KEYS to a file that has it$/,
      ],
      [
        keysOf(wrong),
        /^this run cannot be decrypted with the key one: the file in VQI_ENCRYPTION_KEYS has another/,
      ],
    ] as const) {
      const client = await clientOf(keys);
      await assert.rejects(client.workflow.getHandle('done').result(), {
        name: 'EncryptionKeyError',
        message,
      });
    }
    const main = join(projectRoot(), 'dist', 'cli', 'main.js');
    const { code, stderr } = await run(process.execPath, [main, 'analyse', capture], {
      env: { ...process.env, VQI_HOME: home, TEMPORAL_ADDRESS: server.address, VQI_ENCRYPTION_KEYS: wrong },
    }).then(
      () => assert.fail('it was not refused'),
      (error: unknown) => error as { code: number; stderr: string },
    );
    assert.equal(code, 1);
    assert.match(
      stderr,
      /\nthe worker that is already running \(process \d+\) has other encryption keys than this/,
    );
  });

  it('are decrypted with the earlier key after a rotation; new ones have the new key', async () => {
    await worker.stop();
    const rotated = file('rotated.keys', lines.two + lines.one);
    worker = await WorkerProcess.start(home, server.address, { VQI_ENCRYPTION_KEYS: rotated });
    const client = await clientOf(keysOf(rotated));
    assert.equal(((await client.workflow.getHandle('done').result()) as { sessions: number }).sessions, 1);
    await analyse(client, 'later', capture);
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace: server.namespace,
      execution: { workflowId: 'later' },
    });
    const payload = history?.events?.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads?.[0];
    assert.equal(Buffer.from(payload?.metadata?.['encryption-key-id'] ?? []).toString(), 'two');
  });
});
